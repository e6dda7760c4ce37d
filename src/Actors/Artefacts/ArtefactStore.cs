using ActorRlhf.Actors.Storage;

namespace ActorRlhf.Actors.Artefacts;

/// <summary>Content-addressed files: what is large, named by the SHA-256 of its bytes, under <c>ab/cdef…</c>.</summary>
/// <remarks>
/// An artefact is durable when <see cref="Put"/> returns, so an event may name it. What is whole is never overwritten. Any number of
/// threads may use one instance; constructing and reading write nothing. Failure policy: audit, every error reaches the caller.
/// </remarks>
public sealed class ArtefactStore
{
    const string Temporary = "tmp";
    readonly string _root;
    readonly bool _writes = true;

    /// <param name="root">Directory of the artefacts; made by the first <see cref="Put"/>.</param>
    public ArtefactStore(string root) => _root = Path.GetFullPath(root);

    ArtefactStore(string root, bool writes) => (_root, _writes) = (root, writes);

    /// <summary>The same artefacts for whoever computes again what was stored before: <see cref="Put"/> gives the hash and stores nothing.</summary>
    public ArtefactStore WithoutWriting() => new(_root, writes: false);

    /// <summary>Stores bytes and returns their hash; bytes that are already stored are not written again.</summary>
    /// <exception cref="DataDirectoryUnusableException">The disk is full, read-only or failing; nothing was stored.</exception>
    public ContentHash Put(ReadOnlySpan<byte> content)
    {
        var hash = ContentHash.Of(content);
        if (!_writes) return hash;
        var target = PathOf(hash);
        try
        {
            var directory = Path.GetDirectoryName(target)!;
            Posix.CreateDirectory(directory);
            // A file of another length is what a disk that lied about a flush has left.
            if (new FileInfo(target) is not { Exists: true } there || there.Length != content.Length) Write(content, target);
            // Also when the file was there: the one who renamed it may not have come this far.
            Posix.SyncDirectory(directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(target, failure);
        }
        return hash;
    }

    /// <summary>The bytes of an artefact, checked against its hash.</summary>
    /// <exception cref="ArtefactMissingException">There is no such file.</exception>
    /// <exception cref="ArtefactDamagedException">The bytes have another hash.</exception>
    public byte[] Read(ContentHash hash)
    {
        var path = PathOf(hash);
        byte[] content;
        try { content = File.ReadAllBytes(path); }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArtefactMissingException(hash, path);
        }
        var found = ContentHash.Of(content);
        return found == hash ? content : throw new ArtefactDamagedException(hash, path, found);
    }

    /// <summary>Whether the artefact's file is there; its bytes are not checked.</summary>
    public bool Exists(ContentHash hash) => File.Exists(PathOf(hash));

    /// <summary>Size of an artefact in bytes.</summary>
    /// <exception cref="ArtefactMissingException">There is no such file.</exception>
    public long Size(ContentHash hash)
    {
        var file = new FileInfo(PathOf(hash));
        return file.Exists ? file.Length : throw new ArtefactMissingException(hash, file.FullName);
    }

    /// <summary>Every artefact in the store, in order of its hash.</summary>
    public IEnumerable<ContentHash> List()
    {
        if (!Directory.Exists(_root)) yield break;
        foreach (var directory in Directory.EnumerateDirectories(_root).Order(StringComparer.Ordinal))
            foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
                if (ContentHash.TryParse(Path.GetFileName(directory) + Path.GetFileName(file), out var hash))
                    yield return hash;
    }

    /// <summary>Removes an artefact; one that is not there is no error. Only for what an event says was removed.</summary>
    public void Remove(ContentHash hash) => File.Delete(PathOf(hash));

    /// <summary>Where an artefact is or would be.</summary>
    public string PathOf(ContentHash hash)
    {
        var name = hash.ToString();
        return Path.Combine(_root, name[..2], name[2..]);
    }

    /// <summary>Removes what a killed process was writing. Only for the data directory's one writer, before it writes.</summary>
    internal void RemoveTemporaryFiles()
    {
        var temporary = Path.Combine(_root, Temporary);
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
    }

    void Write(ReadOnlySpan<byte> content, string target)
    {
        var temporary = Path.Combine(_root, Temporary, Guid.NewGuid().ToString("N"));
        Posix.CreateDirectory(Path.GetDirectoryName(temporary)!);
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
