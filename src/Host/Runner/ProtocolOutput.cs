using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorRlhf.Host.Runner;

/// <summary>The standard output, taken away from everybody else in this process.</summary>
static partial class ProtocolOutput
{
    const int Output = 1, Error = 2;

    /// <summary>From now on what evaluators print goes to the standard error, also where they do it without .NET.</summary>
    /// <returns>What was the standard output.</returns>
    public static Stream Take()
    {
        var own = new FileStream(new SafeFileHandle(Duplicate(Output), ownsHandle: true), FileAccess.Write, bufferSize: 0);
        _ = Duplicate(Error, Output);
        Console.SetOut(Console.Error);
        Console.SetIn(TextReader.Null);
        return own;
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int handle);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int handle, int to);
}
