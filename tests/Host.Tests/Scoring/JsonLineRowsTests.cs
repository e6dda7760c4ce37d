using System.Text;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Scoring;

namespace ActorRlhf.Host.Tests.Scoring;

public sealed class JsonLineRowsTests
{
    [Fact]
    public void Read_EveryKindOfValue_IsACellOfThatKind()
    {
        var row = Assert.Single(Rows("""{"a":"x","b":1.50,"c":true,"d":null,"e":[-1,-0.5],"f":[1],"g":{}}"""));
        Assert.Equal(
            [CellKind.Text, CellKind.Plain, CellKind.Plain, CellKind.None, CellKind.Numbers, CellKind.Other, CellKind.Other],
            row.Cells.Select(cell => cell.Kind));
        Assert.Equal(["x", "1.50", "true"], row.Cells.Take(3).Select(cell => cell.Text));
        Assert.Equal([-1f, -0.5f], row.Cells[4].Numbers!);
    }

    [Fact]
    public void Read_BlankLinesAndLineEnds_CountAsLines()
    {
        var rows = Rows("\ufeff{\"a\":1}\r\n\r\n \t\n{\"a\":2}\n{\"a\":3}").ToArray();
        Assert.Equal([1, 4, 5], rows.Select(row => row.Number));
        Assert.All(rows, row => Assert.Null(row.Problem));
    }

    [Theory]
    [InlineData("{\"a\":", "it is no JSON, at byte 5: ")]
    [InlineData("{\"a\":1} x", "it is no JSON, at byte 8: ")]
    [InlineData("7", "it is a JSON number, expected an object")]
    [InlineData("true", "it is a JSON boolean, expected an object")]
    [InlineData("{\"a\":\"\\ud83d\"}", "a text in it is no Unicode")]
    public void Read_BrokenLine_FailsByItself(string line, string expected)
    {
        var rows = Rows($"{{\"a\":1}}\n{line}\n{{\"a\":2}}\n").ToArray();
        Assert.Equal([true, false, true], rows.Select(row => row.Problem is null));
        Assert.StartsWith(expected, rows[1].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_FailTheirLineAlone()
    {
        byte[] bytes = [.. "{\"a\":\"1\"}\n{\"a\":\""u8, 0xff, .. "\"}\n{\"a\":\"2\"}"u8];
        var rows = JsonLineRows.Read("x.jsonl", new MemoryStream(bytes), null).ToArray();
        Assert.Equal([true, false, true], rows.Select(row => row.Problem is null));
    }

    [Fact]
    public void Read_LongLines_AreWhole()
    {
        var text = new string('x', 200_000);          // more than three buffers
        var rows = Rows($"{{\"a\":\"{text}\"}}\n{{\"a\":\"y\"}}\n{{\"a\":\"{text}z\"}}").ToArray();
        Assert.Equal([text, "y", text + "z"], rows.Select(row => row.Cells[0].Text));
    }

    [Fact]
    public void Read_JsonArray_IsRefused() =>
        Assert.Contains(
            "jq", Assert.Throws<CompletionFileException>(() => Rows(" [{\"a\":1}]").ToArray()).Message, StringComparison.Ordinal);

    static IEnumerable<FileRow> Rows(string text) => JsonLineRows.Read("x.jsonl", new MemoryStream(Encoding.UTF8.GetBytes(text)), "e");
}
