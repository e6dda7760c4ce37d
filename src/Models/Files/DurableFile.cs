namespace ActorRlhf.Models.Files;

/// <summary>Writes files that appear whole or not at all, and are still there after a power loss.</summary>
/// <remarks>Audit: every error reaches the caller, and a failed write leaves neither the file nor a temporary one.</remarks>
public static class DurableFile
{
    /// <summary>
    /// Writes to a temporary name in the same folder, fsyncs it, renames it over <paramref name="path"/> and fsyncs the folder.
    /// </summary>
    /// <param name="path">The file; its folder exists. A file of that name is replaced.</param>
    /// <param name="write">Writes the content, and may read again what it wrote.</param>
    public static void Write(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        DurableFolder.Sync(folder);
    }
}
