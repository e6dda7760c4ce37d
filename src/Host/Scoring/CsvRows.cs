using ActorRlhf.Host.Failures;
using nietras.SeparatedValues;

namespace ActorRlhf.Host.Scoring;

/// <summary>Reads CSV of RFC 4180: commas, a header, cells in quotes where they have commas, quotes or line ends.</summary>
/// <remarks>
/// All cells are text. Blank lines are no rows. A row with another number of cells than the header cannot be read; the next one can.
/// </remarks>
sealed class CsvRows
{
    readonly SepReader _reader;

    /// <param name="path">The file, for errors.</param>
    /// <param name="stream">Its text, UTF-8 with or without byte order mark.</param>
    /// <exception cref="CompletionFileException">It has no header, or two columns of one name.</exception>
    public CsvRows(string path, Stream stream)
    {
        // The header is a row like others: the library would not take quotes off its names.
        _reader = Sep.New(',').Reader(options => options with
        {
            HasHeader = false,
            DisableColCountCheck = true,
            Unescape = true,
        }).From(stream);
        if (!_reader.MoveNext()) throw new CompletionFileException(path, "it is empty, expected a header with the names of the columns");
        Columns = Names(_reader.Current);
        if (Columns.Distinct().Count() < Columns.Length)
            throw new CompletionFileException(path, $"two of its columns have one name: {string.Join(", ", Columns)}");
    }

    /// <summary>Names of the columns.</summary>
    public string[] Columns { get; }

    /// <summary>The rows behind the header.</summary>
    public IEnumerable<FileRow> Read()
    {
        while (_reader.MoveNext())
            if (!IsBlank(_reader.Current)) yield return Row(_reader.Current);
    }

    bool IsBlank(SepReader.Row row) => row.ColCount == 1 && Columns.Length > 1 && row.Span.IsEmpty;

    FileRow Row(SepReader.Row row)
    {
        if (int.IsOddInteger(row.Span.Count('"'))) return new FileRow(row.LineNumberFrom, [], "a quote in it is never closed");
        if (row.ColCount != Columns.Length)
            return new FileRow(row.LineNumberFrom, [], FormattableString.Invariant(
                $"it has {row.ColCount} cells, expected {Columns.Length}, one for each column"));
        var cells = new FileCell[Columns.Length];
        for (var i = 0; i < cells.Length; i++) cells[i] = new FileCell(Columns[i], CellKind.Text, row[i].ToString());
        return new FileRow(row.LineNumberFrom, cells);
    }

    static string[] Names(SepReader.Row row)
    {
        var names = new string[row.ColCount];
        for (var i = 0; i < names.Length; i++) names[i] = row[i].ToString();
        return names;
    }
}
