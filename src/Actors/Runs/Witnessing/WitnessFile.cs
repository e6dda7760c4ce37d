using System.Text.Json;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>What a witness was told of all runs that told it something.</summary>
public sealed class WitnessFile
{
    readonly ILookup<string, (StreamHead Head, int Line)> _lines;

    WitnessFile(string path, IEnumerable<(WitnessLine Said, int Line)> lines) =>
        (Path, _lines) = (path, lines.ToLookup(one => one.Said.Run, one => (new StreamHead(one.Said.Sequence, one.Said.Hash), one.Line)));

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>
    /// Reads a file. A last line without an end is still being written; one that a later line repeats was broken off and tried again.
    /// </summary>
    /// <exception cref="WitnessFileException">It cannot be read, or a line of it is damaged.</exception>
    public static WitnessFile Read(string path)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            if (FileKind.WhyNotRegular(path) is { } kind) throw new WitnessFileException(path, null, $"this is {kind}");
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            bytes = copy.ToArray();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new WitnessFileException(path, null, refused.Message);
        }
        var (lines, number) = (new List<(WitnessLine, int)>(), 0);
        for (int end; (end = bytes.Span.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            number++;
            if (Parse(bytes[..(end + 1)]) is { } line) lines.Add((line, number));
            else if (!IsRepeated(bytes.Span[..end], bytes.Span[(end + 1)..]))
                throw new WitnessFileException(path, number, "it is no line that a run has written");
        }
        return new WitnessFile(path, lines);
    }

    /// <summary>How many lines tell of a run, up to one of its events.</summary>
    public int Count(RunId run, long until = long.MaxValue) => _lines[run.Value].Count(line => line.Head.Sequence <= until);

    /// <summary>The heads that a run told, up to one of its events, each with the place where it is written.</summary>
    internal IEnumerable<(StreamHead Head, string Where)> Of(RunId run, long until = long.MaxValue) =>
        _lines[run.Value].Where(line => line.Head.Sequence <= until).Select(line => (line.Head, $"line {line.Line} of {Path}"));

    /// <summary>Whether a later line begins with what is left of one.</summary>
    static bool IsRepeated(ReadOnlySpan<byte> broken, ReadOnlySpan<byte> later)
    {
        while (!later.IsEmpty)
        {
            if (later.StartsWith(broken)) return true;
            var end = later.IndexOf((byte)'\n');
            later = end < 0 ? [] : later[(end + 1)..];
        }
        return false;
    }

    static WitnessLine? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonLines.Read<WitnessLine>(line) is [{ Sequence: > 0 } said] && RunId.TryParse(said.Run, out _) && said.Hash != default
                ? said
                : null;
        }
        catch (JsonException) { return null; }
    }
}
