using System.Text;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Scoring;

namespace ActorRlhf.Host.Tests.Scoring;

public sealed class CsvRowsTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "1|2")]
    [InlineData("a,b\r\n1,2", "1|2")]
    [InlineData("\ufeffa,b\n1,2\n", "1|2")]
    [InlineData("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", "x, y|say \"hi\"")]
    [InlineData("a,b\r\n\"two\r\nlines\",\r\n", "two\r\nlines|")]
    [InlineData("a,b\nGröße ⟶ 5 🙂,x\n", "Größe ⟶ 5 🙂|x")]
    [InlineData("\"a\",\"b\"\n1,2\n", "1|2")]
    public void Read_Row_HasItsCells(string csv, string expected)
    {
        var rows = Rows(csv);
        Assert.Equal(["a", "b"], rows.Columns);
        var row = Assert.Single(rows.Read());
        Assert.Null(row.Problem);
        Assert.Equal(expected, string.Join('|', row.Cells.Select(cell => cell.Text)));
        Assert.Equal(["a", "b"], row.Cells.Select(cell => cell.Column));
    }

    [Fact]
    public void Read_RowsOfTheWrongWidth_FailByThemselves()
    {
        var rows = Rows("a,b\n1,2\n1,2,3\n\n\"x\ny\",z\n5,6\n").Read().ToArray();
        Assert.Equal([2, 3, 5, 7], rows.Select(row => row.Number));
        Assert.Equal([null, "it has 3 cells, expected 2, one for each column", null, null], rows.Select(row => row.Problem));
    }

    [Fact]
    public void Read_QuoteThatIsNeverClosed_FailsFromThere()
    {
        var rows = Rows("a,b\n1,2\n\"x,3\n4,5\n").Read().ToArray();
        Assert.Equal([null, "a quote in it is never closed"], rows.Select(row => row.Problem));
        Assert.Equal(3, rows[1].Number);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a,b,a\n", "two of its columns have one name")]
    public void Columns_ThatCannotBe_AreRefused(string csv, string expected) =>
        Assert.Contains(expected, Assert.Throws<CompletionFileException>(() => Rows(csv)).Message, StringComparison.Ordinal);

    static CsvRows Rows(string csv) => new("x.csv", new MemoryStream(Encoding.UTF8.GetBytes(csv)));
}
