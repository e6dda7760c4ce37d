using System.Globalization;
using System.Text;

namespace ActorRlhf.Host.Exports;

/// <summary>
/// CSV of RFC 4180: UTF-8, a header, lines ended by CR LF, an empty cell
/// where there is no number, numbers the same in every culture.
/// </summary>
/// <remarks>
/// A text that a spreadsheet would take for a formula (it begins with <c>=</c>,
/// <c>+</c>, <c>-</c>, <c>@</c>, tab or CR) gets an apostrophe in front.
/// </remarks>
static class CsvTable
{
    const string BeginsFormula = "=+-@\t\r";

    /// <summary>Writes a table and returns how many rows it has.</summary>
    public static long Write(ExportTable table, Stream to)
    {
        var rows = 0L;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var csv = new StreamWriter(to, utf8, leaveOpen: true) { NewLine = "\r\n" };
        csv.WriteLine(string.Join(',', table.Columns.Select(column => Quoted(column.Name))));
        foreach (var row in table.Rows)
        {
            csv.WriteLine(string.Join(',', row.Select(Cell)));
            rows++;
        }
        return rows;
    }

    static string Cell(object? value) => value switch
    {
        null => "",
        string text => Quoted(text.Length > 0 && BeginsFormula.Contains(text[0]) ? "'" + text : text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "a cell of a table"),
    };

    static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
