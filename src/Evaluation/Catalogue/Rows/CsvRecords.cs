using nietras.SeparatedValues;

namespace ActorRlhf.Evaluation.Catalogue.Rows;

/// <summary>Reads CSV of RFC 4180: commas, and cells in quotes where they hold commas, quotes or line ends.</summary>
/// <remarks>Records may have different numbers of cells. Blank lines are no records.</remarks>
static class CsvRecords
{
    /// <summary>The records of a text with the line on which each begins, from 1.</summary>
    /// <exception cref="FormatException">A quote is never closed; thrown when its record is reached.</exception>
    public static IEnumerable<(int Line, IReadOnlyList<string> Cells)> Read(TextReader text)
    {
        // A header is a record like others: the library would not take quotes off its names.
        using var reader = Sep.New(',').Reader(options => options with
        {
            HasHeader = false,
            DisableColCountCheck = true,
            Unescape = true,
        }).From(text);
        while (reader.MoveNext())
            if (reader.Current.ColCount > 1 || !reader.Current.Span.IsEmpty) yield return Record(reader.Current);
    }

    static (int Line, IReadOnlyList<string> Cells) Record(SepReader.Row row)
    {
        // Of the first record, where it has line ends in quotes, Sep 0.17 says where it ends.
        var line = row.RowIndex == 0 ? 1 : row.LineNumberFrom;
        if (int.IsOddInteger(row.Span.Count('"')))
            throw new FormatException($"the quote that opens in the record of line {line} is never closed.");
        var cells = new string[row.ColCount];
        for (var i = 0; i < cells.Length; i++) cells[i] = row[i].ToString();
        return (line, cells);
    }
}
