using System.Runtime.CompilerServices;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>
/// Files that were written once and must be readable for ever. They lie beside this file and are copied beside the tests.
/// </summary>
static class GoldenFolder
{
    const string WriteVariable = "ACTORRLHF_WRITE_GOLDEN";

    /// <summary>Whether files that are missing are written; one that is there is never changed.</summary>
    internal static bool WritesMissing => Environment.GetEnvironmentVariable(WriteVariable) == "1";

    internal const string HowToWrite = $"run the tests once with {WriteVariable}=1, look at what was written, and commit it";

    /// <summary>Where the tests read.</summary>
    internal static string Of(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    /// <summary>Writes a file that is missing, for the tests and for the repository.</summary>
    internal static void Write(string name, byte[] content)
    {
        foreach (var path in (string[])[Of(name), Path.Combine(Source(), name)])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.CreateNew);
            file.Write(content);
        }
    }

    static string Source([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
