using System.Runtime.CompilerServices;

namespace ActorRlhf.Host.Tests.Architecture;

/// <summary>What no compiler says of the lines of the code.</summary>
public sealed class LinesTests
{
    const int MostCharacters = 140;       // two files side by side on a wide screen

    [Fact]
    public void Line_OfAnyFile_HasAtMost140Characters()
    {
        var root = Root();
        var tooLong =
            from folder in (string[])["src", "tests"]
            from file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(root, file).Replace('\\', '/')
            where !name.Split('/').Any(part => part is "obj" or "bin")
            orderby name
            from line in File.ReadLines(file).Index()
            where line.Item.Length > MostCharacters
            select $"{name}:{line.Index + 1}: {line.Item.Length} characters";
        var found = string.Join('\n', tooLong);
        Assert.True(found.Length == 0, $"lines of more than {MostCharacters} characters:\n{found}");
    }

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
