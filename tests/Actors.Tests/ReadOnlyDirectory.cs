using System.Runtime.InteropServices;

namespace ActorRlhf.Actors.Tests;

/// <summary>
/// A directory that this thread may read and not write until this is disposed, on the same thread. Root may write everywhere, so
/// a thread of root gives up the two capabilities by which it may.
/// </summary>
sealed partial class ReadOnlyDirectory : IDisposable
{
    const uint DacOverride = 1 << 1, DacReadSearch = 1 << 2;
    const UnixFileMode Reading = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    readonly string _path;
    readonly Capabilities _before;

    internal ReadOnlyDirectory(string path)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("capabilities belong to Linux");
        _path = path;
        File.SetUnixFileMode(path, Reading);
        Ensure(Get(ref s_thisThread, ref _before));
        Set(_before with { Effective = _before.Effective & ~(DacOverride | DacReadSearch) });
        // Otherwise whatever is read there would prove nothing.
        Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText(Path.Combine(path, "refused"), ""));
    }

    public void Dispose()
    {
        Set(_before);
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(_path, Reading | UnixFileMode.UserWrite);
    }

    static void Set(Capabilities capabilities) => Ensure(Set(ref s_thisThread, ref capabilities));

    static void Ensure(int result)
    {
        if (result != 0) throw new InvalidOperationException($"capabilities of this thread: error {Marshal.GetLastPInvokeError()}");
    }

    static Header s_thisThread = new() { Version = 0x20080522 };

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static partial int Get(ref Header header, ref Capabilities capabilities);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int Set(ref Header header, ref Capabilities capabilities);

    struct Header
    {
        public uint Version;
        public int Thread;                            // 0 is the calling one
    }

    /// <summary>Bits of the kernel's first 32 capabilities, and of the others.</summary>
    record struct Capabilities(
        uint Effective, uint Permitted, uint Inheritable, uint LaterEffective, uint LaterPermitted, uint LaterInheritable);
}
