using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorRlhf.Models.Files;

/// <summary>
/// Adds to the end of files, also of those that may only grow (<c>chattr +a</c>) and of those that other processes add to.
/// </summary>
/// <remarks>
/// Audit: every error reaches the caller. Linux alone opens for appending; elsewhere nobody else may write at the same time.
/// </remarks>
public static partial class AppendedFile
{
    const int WriteOnly = 1, Create = 0x40, DoNotWait = 0x800, Appending = 0x400, CloseOnExec = 0x80000;
    const int Permissions = 0b110_100_100;            // rw-r--r--

    /// <summary>Appends bytes in one call; makes the file where it is missing, but no folder.</summary>
    /// <param name="path">A regular file.</param>
    /// <param name="bytes">What to add.</param>
    /// <param name="followsLinks">Whether a symbolic link at that place is followed; otherwise it is refused.</param>
    /// <param name="durable">Whether to return only when the bytes, and the name of a new file, would survive a power loss.</param>
    /// <exception cref="IOException">It cannot be opened or written, is a link that is not followed, or no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Append(string path, ReadOnlySpan<byte> bytes, bool followsLinks, bool durable)
    {
        var isNew = !File.Exists(path);
        using (var file = Open(path, followsLinks))
        {
            // A link that was followed, a pipe that somebody planted: File.Exists is true for neither, yet both can be opened.
            if (FileKind.WhyNotRegular(path) is { } kind) throw new IOException($"{path} is {kind}");
            RandomAccess.Write(file, bytes, RandomAccess.GetLength(file));
            if (durable) RandomAccess.FlushToDisk(file);
        }
        if (durable && isNew) DurableFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    static SafeFileHandle Open(string path, bool followsLinks)
    {
        if (!OperatingSystem.IsLinux())
        {
            if (!followsLinks && new FileInfo(path).LinkTarget is not null) throw new IOException($"{path} is a symbolic link");
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        }
        // The one flag whose number differs between the processors.
        var doNotFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? 0x8000 : 0x20000;
        var handle = Open(path, WriteOnly | Create | DoNotWait | Appending | CloseOnExec | (followsLinks ? 0 : doNotFollow), Permissions);
        if (!handle.IsInvalid) return handle;
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        throw new IOException($"{path} cannot be opened for appending: {error.Message}", error.NativeErrorCode);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);
}
