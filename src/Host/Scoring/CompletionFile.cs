using System.IO.Compression;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Files;
using Parquet;

namespace ActorRlhf.Host.Scoring;

/// <summary>A file of completions: JSON lines, CSV or Parquet, the first two also packed with gzip.</summary>
/// <remarks>
/// Its name says what it is (<c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c>, <c>.csv</c>, <c>.parquet</c>), and under any other name its
/// first bytes: <c>{</c> begins JSON lines, <c>PAR1</c> Parquet. Rows are read as they are asked for, once.
/// </remarks>
sealed class CompletionFile : IDisposable
{
    const string Expected = "expected JSON lines (.jsonl, .ndjson, .json), CSV (.csv) or Parquet (.parquet)";

    static readonly byte[] s_gzip = [0x1f, 0x8b], s_parquet = "PAR1"u8.ToArray();

    readonly Stream _stream;
    readonly IEnumerable<FileRow> _rows;

    CompletionFile(string path, string unit, Stream stream, IReadOnlyList<string>? columns, IEnumerable<FileRow> rows) =>
        (Path, Unit, _stream, Columns, _rows) = (path, unit, stream, columns, rows);

    /// <summary>The file, as it was named.</summary>
    public string Path { get; }

    /// <summary>What <see cref="FileRow.Number"/> counts: <c>line</c> or <c>row</c>.</summary>
    public string Unit { get; }

    /// <summary>Its columns; null where each line says its own.</summary>
    public IReadOnlyList<string>? Columns { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="numbers">The column whose lists of numbers are wanted; null for none.</param>
    /// <exception cref="CompletionFileMissingException">There is none.</exception>
    /// <exception cref="CompletionFileException">It cannot be read, or is nothing of what is expected.</exception>
    public static CompletionFile Open(string path, string? numbers)
    {
        if (!System.IO.Path.Exists(path)) throw new CompletionFileMissingException(path);
        if (FileKind.WhyNotRegular(path) is { } kind) throw new CompletionFileException(path, $"this is {kind}, {Expected}");
        return Guard(path, () =>
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            try { return Open(path, file, numbers); }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    /// <summary>The rows.</summary>
    /// <exception cref="CompletionFileException">It is damaged from somewhere on.</exception>
    public IEnumerable<FileRow> Rows()
    {
        using var rows = _rows.GetEnumerator();
        while (Guard(Path, rows.MoveNext)) yield return rows.Current;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    static CompletionFile Open(string path, FileStream file, string? numbers)
    {
        var name = path;
        Stream stream = file;
        if (BeginsWith(file, s_gzip))
        {
            stream = new GZipStream(file, CompressionMode.Decompress);
            if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^".gz".Length];
        }
        switch (System.IO.Path.GetExtension(name).ToLowerInvariant())
        {
            case ".jsonl" or ".ndjson" or ".json": return JsonLines(path, stream, numbers);
            case ".csv":
                var csv = new CsvRows(path, stream);
                return new CompletionFile(path, "line", stream, csv.Columns, csv.Read());
            case ".parquet" when BeginsWith(file, s_parquet): return Parquet(path, file);
            case ".parquet": throw new CompletionFileException(path, "it does not begin with PAR1, so it is no Parquet");
            default:
                return BeginsWith(file, "{"u8) ? JsonLines(path, stream, numbers)
                    : BeginsWith(file, s_parquet) ? Parquet(path, file)
                    : throw new CompletionFileException(path, $"neither its name nor its first byte says what it is, {Expected}");
        }
    }

    static CompletionFile JsonLines(string path, Stream stream, string? numbers) =>
        new(path, "line", stream, null, JsonLineRows.Read(path, stream, numbers));

    static CompletionFile Parquet(string path, FileStream file)
    {
        var parquet = new ParquetRows(file);
        return new CompletionFile(path, "row", file, parquet.Columns, parquet.Read());
    }

    static bool BeginsWith(FileStream file, ReadOnlySpan<byte> bytes)
    {
        Span<byte> first = stackalloc byte[bytes.Length];
        var read = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return first[..read].SequenceEqual(bytes);
    }

    static T Guard<T>(string path, Func<T> read)
    {
        try { return read(); }
        // What the readers of gzip, CSV and Parquet throw at a file that is none, or is damaged.
        catch (Exception damaged) when (damaged is IOException or UnauthorizedAccessException or InvalidDataException
            or NotSupportedException or InvalidOperationException or ParquetException or ArgumentException or IndexOutOfRangeException)
        {
            throw new CompletionFileException(path, $"it cannot be read: {damaged.Message.TrimEnd('.')}");
        }
    }
}
