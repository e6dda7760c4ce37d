using System.Security.Cryptography;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Log.Artefacts;

/// <summary>Content-addressed files: what is large, named by the SHA-256 of its bytes, under <c>ab/cdef…</c>.</summary>
/// <remarks>
/// An artefact is durable when it was put, so an event may name it. What is whole is never overwritten. Until an event names it
/// (<see cref="Named"/>) nobody else in this process removes it (<see cref="BeginRemoval"/>). Any number of threads may use one
/// instance; constructing and reading write nothing. Failure policy: audit, every error reaches the caller.
/// </remarks>
public sealed class ArtefactStore
{
    const string Temporary = "tmp";
    const int ChunkBytes = 1 << 16;
    readonly string _root;
    readonly ArtefactClaims? _claims;                 // null where nothing is written
    readonly string _owner = "";                      // of what is put here; empty for nobody in particular

    /// <param name="root">Directory of the artefacts; made by the first that is put.</param>
    public ArtefactStore(string root) => (_root, _claims) = (Path.GetFullPath(root), new ArtefactClaims());

    ArtefactStore(string root, ArtefactClaims? claims, string owner) => (_root, _claims, _owner) = (root, claims, owner);

    /// <summary>The same artefacts for whoever computes again what was stored before: putting gives the hash and stores nothing.</summary>
    public ArtefactStore WithoutWriting() => new(_root, null, _owner);

    /// <summary>The same artefacts for one of several writers in this process: what it puts is its own until it has named it.</summary>
    /// <param name="owner">Who that is.</param>
    public ArtefactStore ClaimedBy(string owner) => new(_root, _claims, owner);

    /// <summary>Nothing is stored from now on; returns when what is under way has ended.</summary>
    internal void Close() => _claims?.Close();

    /// <summary>Stores bytes and returns their hash; bytes that are already stored are not written again, damaged ones are.</summary>
    /// <exception cref="DataDirectoryUnusableException">The disk is full, read-only or failing; nothing was stored.</exception>
    /// <exception cref="ObjectDisposedException">The directory was given back.</exception>
    public ContentHash Put(ReadOnlySpan<byte> content)
    {
        var hash = ContentHash.Of(content);
        if (_claims is null) return hash;
        using var putting = _claims.Put();
        var target = PathOf(hash);
        try
        {
            var directory = Path.GetDirectoryName(target)!;
            DurableFolder.Create(directory);
            // Before the look at what is there, so that it is not removed in between.
            _claims.Claim(hash, _owner);
            if (!Holds(target, content))
            {
                using var pending = new Pending(_root);
                pending.File.Write(content);
                pending.MoveTo(target);
            }
            // Also when the file was there: the one who renamed it may not have come this far.
            DurableFolder.Sync(directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(target, failure);
        }
        return hash;
    }

    /// <summary>Stores what is written to a stream, however long it is, without holding it in memory; otherwise as the other one.</summary>
    /// <param name="write">Writes the content from its beginning to its end.</param>
    /// <exception cref="DataDirectoryUnusableException">The disk is full, read-only or failing; nothing was stored.</exception>
    /// <exception cref="ObjectDisposedException">The directory was given back.</exception>
    public ContentHash Put(Action<Stream> write)
    {
        if (_claims is null) return WriteHashed(Stream.Null, write);
        using var putting = _claims.Put();
        try
        {
            using var pending = new Pending(_root);
            var hash = WriteHashed(pending.File, write);
            var target = PathOf(hash);
            DurableFolder.Create(Path.GetDirectoryName(target)!);
            _claims.Claim(hash, _owner);
            if (!IsWhole(hash)) pending.MoveTo(target);
            DurableFolder.Sync(Path.GetDirectoryName(target)!);
            return hash;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(_root, failure);
        }
    }

    /// <summary>
    /// Claims an artefact that is there already, as if it had been put: nobody else in this process removes it until it is named.
    /// </summary>
    /// <returns>False where it is not there, or not whole: then nothing is claimed.</returns>
    /// <exception cref="ObjectDisposedException">The directory was given back.</exception>
    public bool TryClaim(ContentHash hash)
    {
        if (_claims is null) return IsWhole(hash);
        using var putting = _claims.Put();
        // Before the look at what is there, so that it is not removed in between.
        _claims.Claim(hash, _owner);
        if (IsWhole(hash)) return true;
        _claims.Release([hash], _owner);
        return false;
    }

    /// <summary>
    /// Opens an artefact, which stays readable if it is removed meanwhile; its bytes are not checked. null if it is not there.
    /// </summary>
    public Stream? TryOpen(ContentHash hash)
    {
        try { return new FileStream(PathOf(hash), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete); }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException) { return null; }
    }

    /// <summary>The bytes of an artefact, checked against its hash.</summary>
    /// <exception cref="ArtefactMissingException">There is no such file.</exception>
    /// <exception cref="ArtefactDamagedException">The bytes have another hash.</exception>
    public byte[] Read(ContentHash hash)
    {
        var path = PathOf(hash);
        byte[] content;
        try { content = File.ReadAllBytes(path); }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(path))
        {
            throw new ArtefactMissingException(hash, path);
        }
        var found = ContentHash.Of(content);
        return found == hash ? content : throw new ArtefactDamagedException(hash, path, found);
    }

    /// <summary>What is read from an artefact's file, however long it is, after its bytes were checked against its hash.</summary>
    /// <param name="hash">Which.</param>
    /// <param name="read">Reads the file of this path.</param>
    /// <exception cref="ArtefactMissingException">There is no such file.</exception>
    /// <exception cref="ArtefactDamagedException">The bytes have another hash.</exception>
    public T Read<T>(ContentHash hash, Func<string, T> read)
    {
        var path = PathOf(hash);
        if (!File.Exists(path)) throw new ArtefactMissingException(hash, path);
        using var file = TryOpen(hash) ?? throw new ArtefactMissingException(hash, path);
        var found = Hash(file);
        return found == hash ? read(path) : throw new ArtefactDamagedException(hash, path, found);
    }

    /// <summary>Whether the artefact's file is there; its bytes are not checked.</summary>
    public bool Exists(ContentHash hash) => File.Exists(PathOf(hash));

    /// <summary>Size of an artefact in bytes; null if it is not there.</summary>
    public long? TrySize(ContentHash hash) => new FileInfo(PathOf(hash)) is { Exists: true } file ? file.Length : null;

    /// <summary>Every artefact in the store, in order of its hash.</summary>
    public IEnumerable<ContentHash> List()
    {
        if (!Directory.Exists(_root)) yield break;
        foreach (var directory in Directory.EnumerateDirectories(_root).Order(StringComparer.Ordinal))
            foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
                if (ContentHash.TryParse(Path.GetFileName(directory) + Path.GetFileName(file), out var hash))
                    yield return hash;
    }

    /// <summary>Removes an artefact whoever put it; one that is not there is no error. Only where nobody else writes.</summary>
    public void Remove(ContentHash hash) => File.Delete(PathOf(hash));

    /// <summary>An event that names these artefacts is stored: from now on it is the log that keeps them.</summary>
    public void Named(IEnumerable<ContentHash> artefacts) => _claims?.Release(artefacts, _owner);

    /// <summary>Begins to remove artefacts beside writers that go on.</summary>
    /// <remarks>
    /// First begin, then read from the logs what is named, then remove: what was named before the reading is seen there, and what was put
    /// but not named when the removal began, or was put since, cannot be removed by it, even if it has been named meanwhile.
    /// </remarks>
    internal ArtefactRemoval BeginRemoval() =>
        new(this, _claims ?? throw new InvalidOperationException("nothing can be removed from a store without writing"));

    /// <summary>The artefact that a file of the store is; false for a file that is none.</summary>
    internal bool TryHashOf(string path, out ContentHash hash) =>
        ContentHash.TryParse(Path.GetFileName(Path.GetDirectoryName(path)) + Path.GetFileName(path), out hash) && PathOf(hash) == path;

    /// <summary>Whether a file is one that is being written, or was when a process was killed.</summary>
    internal bool IsTemporary(string path) => Path.GetDirectoryName(path) == Path.Combine(_root, Temporary);

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

    bool IsWhole(ContentHash hash)
    {
        using var file = TryOpen(hash);
        return file is not null && Hash(file) == hash;
    }

    /// <summary>
    /// Whether a file has these bytes: one of another length, or of the same with other bytes, is what a failing disk has left.
    /// </summary>
    static bool Holds(string path, ReadOnlySpan<byte> content)
    {
        if (new FileInfo(path) is not { Exists: true } there || there.Length != content.Length) return false;
        using var file = File.OpenHandle(path);
        var buffer = new byte[Math.Min(content.Length, ChunkBytes)];
        for (var done = 0; done < content.Length;)
        {
            var read = RandomAccess.Read(file, buffer, done);
            if (read == 0 || !content[done..].StartsWith(buffer.AsSpan(0, read))) return false;
            done += read;
        }
        return true;
    }

    static ContentHash WriteHashed(Stream stream, Action<Stream> write)
    {
        using var sha = SHA256.Create();
        using (var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true)) write(hashed);
        return new ContentHash(sha.Hash!);
    }

    static ContentHash Hash(Stream content) => new(SHA256.HashData(content));

    /// <summary>A file that nobody sees before it is whole and on the disk.</summary>
    sealed class Pending : IDisposable
    {
        readonly string _path;

        public Pending(string root)
        {
            _path = Path.Combine(root, Temporary, Guid.NewGuid().ToString("N"));
            DurableFolder.Create(Path.GetDirectoryName(_path)!);
            File = new FileStream(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }

        public FileStream File { get; }

        public void MoveTo(string target)
        {
            File.Flush(flushToDisk: true);
            File.Dispose();
            System.IO.File.Move(_path, target, overwrite: true);
        }

        public void Dispose()
        {
            File.Dispose();
            System.IO.File.Delete(_path); // nothing there after MoveTo
        }
    }
}
