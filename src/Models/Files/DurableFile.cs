using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Files;

/// <summary>Writes files that appear whole or not at all, and are still there after a power loss.</summary>
/// <remarks>Audit: every error reaches the caller, and a failed write leaves neither the file nor a temporary one.</remarks>
public static partial class DurableFile
{
    /// <summary>Writes to a temporary name in the same folder, fsyncs it, renames it over <paramref name="path"/> and fsyncs the folder.</summary>
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
        SyncFolder(folder);
    }

    /// <summary>Makes the names in a folder durable: without it a rename may be forgotten by a power loss.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synchronised.</exception>
    /// <remarks>Does nothing on Windows, where a folder cannot be synchronised.</remarks>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) throw new IOException($"{folder}: the folder cannot be opened (error {Marshal.GetLastPInvokeError()})");
        try
        {
            if (FSync(descriptor) != 0) throw new IOException($"{folder}: the folder cannot be synchronised (error {Marshal.GetLastPInvokeError()})");
        }
        finally { _ = Close(descriptor); }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int readOnly);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
