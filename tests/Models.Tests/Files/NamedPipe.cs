using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Tests.Files;

/// <summary>Makes named pipes, which .NET cannot.</summary>
public static partial class NamedPipe
{
    const uint OwnerOnly = 0x180; // 0600

    public static string Create(string path)
    {
        Assert.Equal(0, MakePipe(path, OwnerOnly));
        return path;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
