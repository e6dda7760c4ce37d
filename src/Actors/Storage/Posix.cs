using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorRlhf.Actors.Storage;

/// <summary>What .NET does not offer about files on Linux and macOS.</summary>
static partial class Posix
{
    const int ReadOnly = 0;

    /// <summary>Makes a directory and the missing ones above it, so that they are still there after a power failure.</summary>
    /// <exception cref="IOException">One of them cannot be made or flushed.</exception>
    internal static void CreateDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(path);
        if (parent is not null) CreateDirectory(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) SyncDirectory(parent);
    }

    /// <summary>Makes what was created in, renamed in or removed from a directory survive a power failure. Nothing to do on Windows.</summary>
    /// <exception cref="IOException">The directory cannot be opened or flushed.</exception>
    internal static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        using var directory = OpenUnlocked(path);
        if (Sync(directory) != 0) throw Failure("fsync", path);
    }

    /// <summary>Opens for reading without the advisory lock that .NET takes, which a holder's own lock would refuse.</summary>
    /// <exception cref="IOException">The path cannot be opened.</exception>
    internal static SafeFileHandle OpenUnlocked(string path)
    {
        var handle = Open(path, ReadOnly);
        return handle.IsInvalid ? throw Failure("open", path) : handle;
    }

    static IOException Failure(string call, string path)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{call} {path}: {error.Message}", error.NativeErrorCode);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
