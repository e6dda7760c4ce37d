using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorRlhf.Models.Files;

/// <summary>Makes folders, and the names in them, that are still there after a power loss.</summary>
/// <remarks>Audit: every error reaches the caller, with the system's error number as <see cref="Exception.HResult"/>.</remarks>
public static partial class DurableFolder
{
    /// <summary>Makes a folder and the missing ones above it.</summary>
    /// <exception cref="IOException">One of them cannot be made or flushed.</exception>
    public static void Create(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null) Create(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) Sync(parent);
    }

    /// <summary>Makes what was created in, renamed in or removed from a folder durable. Nothing to do on Windows.</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = OpenUnlocked(path);
        if (Sync(folder) != 0) throw Failure("fsync", path);
    }

    /// <summary>
    /// Opens for reading without the advisory lock that .NET takes, which a holder's own lock would refuse. Not on Windows.
    /// </summary>
    /// <exception cref="IOException">The path cannot be opened.</exception>
    public static SafeFileHandle OpenUnlocked(string path)
    {
        const int readOnly = 0, closeOnExec = 0x80000; // the latter is Linux's: no process that is started meanwhile gets the file
        var handle = Open(path, OperatingSystem.IsLinux() ? readOnly | closeOnExec : readOnly);
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
