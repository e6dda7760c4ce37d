using System.Runtime.InteropServices;
using TorchSharp;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>Whether libtorch is there.</summary>
/// <remarks>
/// It is looked for here before TorchSharp does: where that finds nothing, it prints a page to stdout and may copy half a gigabyte from
/// a package cache into the program's folder.
/// </remarks>
static class TorchLibrary
{
    static readonly Lazy<string?> s_missing = new(() => Array.Find(["torch_cpu", "LibTorchSharp"], library =>
        !NativeLibrary.TryLoad(library, typeof(torch).Assembly, searchPath: null, out _)));

    /// <summary>Whether it can be loaded, or is.</summary>
    public static bool IsThere => s_missing.Value is null;

    /// <exception cref="LibraryMissingException">It cannot be loaded.</exception>
    public static void ThrowIfMissing()
    {
        if (s_missing.Value is { } library) throw new LibraryMissingException($"there is no library '{library}' beside the program");
    }
}
