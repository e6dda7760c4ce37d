using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Host.Exports;

/// <summary>A file of a table.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Rows">How many rows it has.</param>
sealed record ExportedTable(string File, long Rows);

/// <summary>There is something in a directory that was to get tables.</summary>
/// <param name="other">The first thing in it.</param>
sealed class ForeignFilesException(string directory, string other)
    : Exception($"{directory} is not empty: it holds {other}. "
        + "Choose a new or empty directory with -o, or one with an export of the same format")
{
    /// <summary>The directory.</summary>
    public string Directory { get; } = directory;
}

/// <summary>Writes tables into a directory, each file whole or not at all.</summary>
static class TableExport
{
    /// <summary>Writes each table; a file of the same name is replaced.</summary>
    /// <param name="format">Their format.</param>
    /// <param name="directory">Made if it is missing; holds nothing but files of these names.</param>
    /// <exception cref="ForeignFilesException">It holds something else.</exception>
    /// <exception cref="ArchiveNotWrittenException">A file cannot be written.</exception>
    public static IReadOnlyList<ExportedTable> Write(IReadOnlyList<ExportTable> tables, ExportFormat format, string directory)
    {
        var full = Path.GetFullPath(directory);
        var names = tables.Select(table => $"{table.Name}.{format.Extension}").ToArray();
        try
        {
            var entries = Directory.Exists(full) ? Directory.EnumerateFileSystemEntries(full).Select(Path.GetFileName) : [];
            if (entries.FirstOrDefault(entry => !names.Contains(entry)) is { } other) throw new ForeignFilesException(full, other);
            DurableFolder.Create(full);
            return [.. tables.Zip(names, (table, name) => Write(table, format, Path.Combine(full, name)))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveNotWrittenException(full, failure);
        }
    }

    static ExportedTable Write(ExportTable table, ExportFormat format, string path)
    {
        var rows = 0L;
        DurableFile.Write(path, to => rows = format.Write(table, to));
        return new ExportedTable(path, rows);
    }
}
