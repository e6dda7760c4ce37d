using System.Text;
using ActorRlhf.Host.Exports;
using Parquet;

namespace ActorRlhf.Host.Tests.Exports;

public sealed class TableFormatTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("1=1", "1=1")]
    [InlineData("Größe ⟶ 5", "Größe ⟶ 5")]
    public void Csv_Text_IsQuotedWhereItMustBe(string text, string cell) =>
        Assert.Equal($"step,text,number\r\n7,{cell},-1.5E-07\r\n", Csv(new object?[] { 7, text, -1.5e-7 }));

    [Fact]
    public void Csv_NoNumber_IsAnEmptyCell() => Assert.Equal("step,text,number\r\n0,x,\r\n", Csv(new object?[] { 0, "x", null }));

    [Fact]
    public void JsonLines_Row_HasEveryColumn()
    {
        using var bytes = new MemoryStream();
        Assert.Equal(2, JsonLinesTable.Write(Table([[1, "a\"b", 0.1], [2, "", null]]), bytes));
        Assert.Equal(
            "{\"step\":1,\"text\":\"a\\\"b\",\"number\":0.1}\n{\"step\":2,\"text\":\"\",\"number\":null}\n",
            Encoding.UTF8.GetString(bytes.ToArray()));
    }

    [Fact]
    public async Task Parquet_ManyRows_AreSplitIntoGroupsThatComeOneAfterTheOther()
    {
        const int rows = 40_000;
        var (made, most) = (0, 0);
        using var bytes = new MemoryStream();
        IEnumerable<object?[]> Rows()
        {
            for (; made < rows; made++)
            {
                yield return [made, $"text {made}", made % 3 == 0 ? null : made / 7.0];
                // What was asked for before anything was written: a group and no more.
                if (bytes.Length < 1000) most = made;
            }
        }

        Assert.Equal(rows, ParquetTable.Write(Table(Rows()), bytes));

        Assert.InRange(most, 1, rows / 2);
        bytes.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(bytes);
        Assert.Equal(3, reader.RowGroupCount);
        var next = 0;
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            using var group = reader.OpenRowGroupReader(g);
            var (steps, numbers, texts) = (new int[group.RowCount], new double?[group.RowCount], new string?[group.RowCount]);
            await group.ReadAsync<int>(reader.Schema.DataFields[0], steps.AsMemory());
            await group.ReadAsync(reader.Schema.DataFields[1], texts.AsMemory());
            await group.ReadAsync<double>(reader.Schema.DataFields[2], numbers.AsMemory());
            for (var i = 0; i < steps.Length; i++, next++)
                Assert.Equal(
                    (next, $"text {next}", next % 3 == 0 ? (double?)null : next / 7.0),
                    (steps[i], texts[i], numbers[i]));
        }
        Assert.Equal(rows, next);
    }

    [Fact]
    public async Task Parquet_NoRows_IsAFileWithItsColumns()
    {
        using var bytes = new MemoryStream();
        Assert.Equal(0, ParquetTable.Write(Table([]), bytes));
        bytes.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(bytes);
        Assert.Equal(["step", "text", "number"], reader.Schema.DataFields.Select(field => field.Name));
    }

    static ExportTable Table(IEnumerable<object?[]> rows) =>
        new("t", [new("step", ExportKind.Integer), new("text", ExportKind.Text), new("number", ExportKind.Number)], rows);

    static string Csv(params IEnumerable<object?[]> rows)
    {
        using var bytes = new MemoryStream();
        CsvTable.Write(Table(rows), bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
