using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Cli;

/// <summary>Where a command writes something for somebody: anywhere but in the data directory, whose files are the runs.</summary>
static class OutputPath
{
    /// <summary>Refuses a path in the data directory, also one that gets there by links.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="output">What <c>-o</c> says.</param>
    /// <exception cref="OutputPlaceException">It lies in the directory, or is the directory.</exception>
    public static void ThrowIfIn(DataDirectory directory, string output)
    {
        var (place, data) = (Real(Path.GetFullPath(output)), Real(Path.GetFullPath(directory.Path)));
        if (place == data || place.StartsWith(data + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new OutputPlaceException(output, directory.Path);
    }

    static string Real(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent) return path;
        var here = Path.Combine(Real(parent), Path.GetFileName(path));
        return Path.Exists(here) && File.ResolveLinkTarget(here, returnFinalTarget: false) is { } target ? Real(target.FullName) : here;
    }
}
