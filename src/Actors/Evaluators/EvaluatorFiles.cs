using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Actors.Evaluators.Judges;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>The files of an evaluator: hashes them, and copies exactly the bytes that it hashed.</summary>
sealed class EvaluatorFiles
{
    /// <summary>Where a sandbox shows them, and the only place that the hash knows.</summary>
    public const string Home = "/evaluator";

    const long MostBytes = 1L << 30;           // a start copies them
    const int BufferSize = 128 << 10;
    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    readonly EvaluatorSource _source;
    readonly string[] _roots;
    readonly string _base;

    EvaluatorFiles(EvaluatorSource source)
    {
        _source = source;
        var all = SourcePaths.ToBeStaged(source).Distinct().Order(StringComparer.Ordinal).ToArray();
        _roots = [.. all.Where(path => !all.Any(other => other != path && IsIn(other, path)))];
        _base = _roots is [] ? "/" : Path.GetDirectoryName(_roots[0]) ?? "/";
        while (!_roots.All(root => IsIn(_base, root))) _base = Path.GetDirectoryName(_base)!;
    }

    /// <summary>The files of a source; reads none of them, except an assembly's references.</summary>
    public static EvaluatorFiles Of(EvaluatorSource source) => new(SourcePaths.Rooted(source));

    /// <summary>The program and its arguments, or what stands in their places, with the paths as the process sees them.</summary>
    /// <param name="home">The folder with the copies, as the process sees it.</param>
    public string[] CommandLine(string home) => [Seen(_source.Target, home), .. _source.Arguments.Select(argument => Seen(argument, home))];

    /// <summary>Hashes them.</summary>
    /// <param name="into">An empty folder for the copies, which everybody may read who may enter it; null for none.</param>
    /// <exception cref="EvaluatorRefusedException">A file is missing, is none, cannot be read, or is a link out of a folder.</exception>
    public ContentHash Hash(string? into = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "actorrlhf.evaluator/1");
        Add(hash, _source.Kind.ToString());
        var line = CommandLine(Home);
        Add(hash, line.Length);
        foreach (var part in line) Add(hash, part);
        if (_source.Kind is EvaluatorKind.Judge)
            foreach (var text in JudgePrompt.Fixed) Add(hash, text);
        if (SourcePaths.InPlace(_source) is { } path) AddFile(hash, path, null);
        var left = MostBytes;
        foreach (var root in _roots) AddEntry(hash, root, root, into, ref left);
        return new ContentHash(hash.GetHashAndReset());
    }

    static bool IsIn(string folder, string path) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    string Seen(string text, string home)
    {
        var (option, path) = SourcePaths.Split(_source.Kind, text);
        return _roots.Any(root => IsIn(root, path)) ? $"{option}{home}/{Path.GetRelativePath(_base, path)}" : text;
    }

    void AddEntry(IncrementalHash hash, string path, string root, string? into, ref long left)
    {
        var name = Path.GetRelativePath(_base, path);
        var copy = into is null ? null : Path.Combine(into, name);
        // What was declared itself is what it leads to; in a folder a link stays a link, and must stay inside.
        if (path != root && new FileInfo(path).LinkTarget is { } link)
        {
            AddLink(hash, path, root, link, copy);
            return;
        }
        if (Directory.Exists(path))
        {
            foreach (var entry in Read(path, () => Directory.GetFileSystemEntries(path)).Order(StringComparer.Ordinal))
                AddEntry(hash, entry, root, into, ref left);
            return;
        }
        Add(hash, "file");
        Add(hash, name);
        if (copy is not null) MakeFolder(Path.GetDirectoryName(copy)!);
        left -= AddFile(hash, path, copy);
        if (left < 0) throw Refused($"its files have more than {MostBytes >> 20} MB with {path}: declare only what it needs");
    }

    void AddLink(IncrementalHash hash, string path, string root, string link, string? copy)
    {
        var folder = Path.GetDirectoryName(path)!;
        var target = Path.GetFullPath(link, folder);
        if (!IsIn(root, target)) throw Refused($"{path} is a link to {link}, out of the declared folder {root}: declare that as well");
        var relative = Path.GetRelativePath(folder, target);
        Add(hash, "link");
        Add(hash, Path.GetRelativePath(_base, path));
        Add(hash, relative);
        if (copy is null) return;
        MakeFolder(Path.GetDirectoryName(copy)!);
        File.CreateSymbolicLink(copy, relative);
    }

    /// <summary>Adds the bytes of a file, and writes the same bytes, not those that a second reading would find.</summary>
    long AddFile(IncrementalHash hash, string path, string? copy)
    {
        if (FileKind.WhyNotRegular(path) is { } other)
            throw Refused(Path.Exists(path) ? $"{path} is {other}, expected a file" : $"there is no file {path}");
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        using (var file = Read(path, () => File.OpenHandle(path)))
        using (var target = copy is null ? null : File.OpenHandle(copy, FileMode.CreateNew, FileAccess.Write))
        {
            var buffer = new byte[BufferSize];
            while (Read(path, () => RandomAccess.Read(file, buffer, length)) is > 0 and var read)
            {
                content.AppendData(buffer, 0, read);
                if (target is not null) RandomAccess.Write(target, buffer.AsSpan(0, read), length);
                length += read;
            }
        }
        if (copy is not null && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(copy, Readable | ((File.GetUnixFileMode(path) & Executable) == 0 ? 0 : Executable));
        Add(hash, length);
        hash.AppendData(content.GetHashAndReset());
        return length;
    }

    /// <summary>Makes a folder that everybody may read, whatever this process's umask says.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path)) return;
        MakeFolder(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Readable | Executable | UnixFileMode.UserWrite);
    }

    T Read<T>(string path, Func<T> read)
    {
        try { return read(); }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Refused($"{path} cannot be read: {cause.Message}");
        }
    }

    EvaluatorRefusedException Refused(string reason) => new(EvaluatorName.Of(_source), reason);

    static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
