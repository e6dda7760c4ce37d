using System.Security.Cryptography;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Worlds;

/// <summary>A file that a world's data came from. Its bytes are read whenever they are asked for, and are the same each time.</summary>
/// <param name="Path">Where it was read, for people; of a stored one nothing but its name.</param>
/// <param name="Content">Gives its bytes; throws where they are no longer what they were.</param>
public sealed record WorldSource(string Path, Func<byte[]> Content)
{
    /// <summary>Its name without folders.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>
    /// A file as it is now; asked for its bytes after it was changed or taken away, it throws a <see cref="DatasetException"/>.
    /// </summary>
    /// <exception cref="DatasetException">Not a regular file, or too large.</exception>
    public static WorldSource OfFile(string path)
    {
        using var file = HhRlhf.Open(path);
        if (file.Length > Array.MaxLength)
            throw new DatasetException(path, $"the file has {file.Length} bytes",
                $"Split it, or compress it with gzip: a run keeps a copy, and takes at most {Array.MaxLength} bytes.");
        var hash = new ContentHash(SHA256.HashData(file));
        return new WorldSource(path, () => Unchanged(path, hash));
    }

    static byte[] Unchanged(string path, ContentHash hash)
    {
        byte[] content;
        try { content = File.ReadAllBytes(path); }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw Changed(path, $"the file cannot be read any more: {gone.Message}");
        }
        return ContentHash.Of(content) == hash ? content : throw Changed(path, "the file was changed while the run began");
    }

    static DatasetException Changed(string path, string problem) =>
        new(path, problem, "Begin the run anew, and leave the file alone until it has stored its copy, which is its first stage.");
}
