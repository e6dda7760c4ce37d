namespace ActorRlhf.Actors.Tests;

static class Temporary
{
    static readonly Lazy<DirectoryInfo> s_root = new(() =>
    {
        var root = Directory.CreateTempSubdirectory("actorrlhf-tests-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => root.Delete(recursive: true);
        return root;
    });

    /// <summary>An empty directory that goes when the tests end.</summary>
    internal static string NewDirectory() => s_root.Value.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;

    /// <summary>A copy of a directory, which goes likewise.</summary>
    internal static string CopyOf(string directory)
    {
        var copy = NewDirectory();
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }
}
