using System.Security.Cryptography;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Log.Artefacts;

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
            DurableFolder.Create(directory);
            // A file of another length is what a disk that lied about a flush has left.
            if (new FileInfo(target) is not { Exists: true } there || there.Length != content.Length)
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

    /// <summary>Stores bytes whose hash is known, without holding them in memory; an artefact that is there and whole is not written again, a damaged one is replaced.</summary>
    /// <param name="hash">The SHA-256 that the bytes must have.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="InvalidDataException">The bytes have another hash; nothing was stored.</exception>
    /// <exception cref="DataDirectoryUnusableException">The disk is full, read-only or failing; nothing was stored.</exception>
    public PutOutcome PutVerified(ContentHash hash, Stream content)
    {
        var target = PathOf(hash);
        try
        {
            var isNew = !File.Exists(target);
            if (!isNew && IsWhole(hash)) return PutOutcome.Unchanged;
            DurableFolder.Create(Path.GetDirectoryName(target)!);
            using var pending = new Pending(_root);
            content.CopyTo(pending.File);
            pending.File.Position = 0;
            if (Hash(pending.File) is var found && found != hash) throw new InvalidDataException($"its bytes have the SHA-256 {found}");
            pending.MoveTo(target);
            DurableFolder.Sync(Path.GetDirectoryName(target)!);
            return isNew ? PutOutcome.Added : PutOutcome.Mended;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(target, failure);
        }
    }

    /// <summary>Opens an artefact, which stays readable if it is removed meanwhile; its bytes are not checked. null if it is not there.</summary>
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

    /// <summary>Removes an artefact; one that is not there is no error. Only for what an event says was removed.</summary>
    public void Remove(ContentHash hash) => File.Delete(PathOf(hash));

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
