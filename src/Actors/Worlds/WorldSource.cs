using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Worlds;

/// <summary>A file that a world's data came from. Held whole, so that what is stored is what was read, whatever becomes of the file.</summary>
/// <param name="Path">Where it was read, for people; of a stored one nothing but its name.</param>
/// <param name="Content">Its bytes.</param>
public sealed record WorldSource(string Path, byte[] Content)
{
    /// <summary>Its name without folders, which says whether it is compressed.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a file.</summary>
    /// <exception cref="DatasetException">Not a regular file.</exception>
    public static WorldSource OfFile(string path)
    {
        using var file = HhRlhf.Open(path);
        if (file.Length > Array.MaxLength) throw new DatasetException(path, $"the file has {file.Length} bytes", $"Split it, or compress it with gzip: a run keeps a copy, and takes at most {Array.MaxLength} bytes.");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return new WorldSource(path, content);
    }
}
