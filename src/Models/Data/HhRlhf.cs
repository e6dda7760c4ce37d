using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Data;

/// <summary>
/// Reads Anthropic's human preferences, <c>hh-rlhf</c>: JSON lines with two whole
/// dialogues, <c>chosen</c> and <c>rejected</c>, that differ in the last answer.
/// </summary>
/// <remarks>
/// Source: Bai et al. 2022, <i>Training a Helpful and Harmless Assistant with RLHF</i>. Audit: a line that cannot be used is
/// reported with its reason, never dropped in silence. The file is streamed; memory is that of the good dialogues.
/// </remarks>
public static class HhRlhf
{
    const string AssistantTurn = "\n\nAssistant:";
    const string HumanTurn = "\n\nHuman:";
    const int MaxLineBytes = 1 << 20;
    const int MaxDepth = 8;
    const int MaxProblems = 10_000; // a file with more is no such dataset, and a hostile one must not fill the memory with reports
    const string NextStep = "Give a file of hh-rlhf, whole and undamaged: JSON lines in UTF-8, plain or compressed by gzip.";
    const string FromArray = "Convert it: jq -c '.[]' array.json > pairs.jsonl";
    const string FromObjects = "Convert it: jq -c . objects.json > pairs.jsonl";

    /// <summary>Reads a file.</summary>
    /// <param name="path">JSON lines, plain or compressed by gzip; the first bytes say which, never the name.</param>
    /// <exception cref="DatasetException">
    /// Not a regular file, of another format, the compressed data is damaged
    /// or cut off, or more than 10,000 lines, or all, cannot be used.
    /// </exception>
    public static PreferenceDataset Read(string path)
    {
        using var file = Open(path);
        return Read(path, file);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="DatasetException">Not a regular file.</exception>
    public static FileStream Open(string path) =>
        FileKind.WhyNotRegular(path) is { } kind ? throw new DatasetException(path, $"this is {kind}", NextStep) : File.OpenRead(path);

    /// <summary>Reads the bytes of a file, wherever they are.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="content">At its beginning; can seek; the caller disposes it.</param>
    /// <exception cref="DatasetException">As for a file.</exception>
    public static PreferenceDataset Read(string name, Stream content)
    {
        Span<byte> start = stackalloc byte[FileSignature.Length];
        var isGzip = GzipText.IsBegunBy(start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        content.Position = 0;
        if (!isGzip) return ReadText(name, content);
        try
        {
            using var text = new GzipText(content);
            return ReadText(name, text);
        }
        catch (InvalidDataException damaged)
        {
            // Words of ours finish the sentence; those of the decompressor help nobody.
            var what = damaged.Message.StartsWith("is ", StringComparison.Ordinal) ? damaged.Message : "is damaged";
            throw new DatasetException(name, $"the compressed data {what}", NextStep);
        }
    }

    static PreferenceDataset ReadText(string path, Stream stream)
    {
        using var reader = new LineReader(stream, MaxLineBytes);
        var start = reader.Peek(FileSignature.Length);
        if (FileSignature.Recognise(start) is { } format && format != FileSignature.Json)
            throw new DatasetException(path, $"this is {format.Name}", format.NextStep ?? NextStep);
        var begun = FileSignature.WithoutByteOrderMark(start).TrimStart(" \t\r\n"u8);
        var (isArray, isSpread) = (begun is [(byte)'[', ..], begun.StartsWith("{\n"u8) || begun.StartsWith("{\r\n"u8));
        var dialogues = new List<PreferenceDialogue>();
        var problems = new List<DatasetProblem>();
        var lineOfId = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var number = 1; reader.Read(out var line, out var tooLong); number++)
        {
            line = line[^FileSignature.WithoutByteOrderMark(line.Span).Length..];   // also where files were joined
            if (!tooLong && line.Span.Trim(" \t\r"u8).IsEmpty) continue;
            var reason = tooLong
                ? $"the line is longer than {MaxLineBytes} bytes"
                : Parse(line, out var dialogue) ?? Add(dialogue!, number);
            if (reason is null) continue;
            problems.Add(new DatasetProblem(path, number, reason));
            if (problems.Count > MaxProblems) throw Useless($"more than {MaxProblems} lines cannot be used");
        }
        // Of an array with a pair a line, the last is a line as it should be, for no comma follows it.
        if (isArray && dialogues.Count <= 1 && problems.Count > dialogues.Count) throw Useless("");
        if (dialogues.Count == 0)
            throw problems.Count == 0 ? new(path, "the file has no lines but blank ones", NextStep) : Useless("no line can be used");
        return new PreferenceDataset(dialogues, problems, reader.Sha256);

        DatasetException Useless(string what) =>
            isArray ? new(path, "this is one JSON array; expected JSON lines, one object a line", FromArray)
            : isSpread ? new(path, "its JSON objects go over several lines; expected JSON lines, one object a line", FromObjects)
            : new(path, $"{what}; the first is line {problems[0].Line}: {problems[0].Reason}", NextStep);

        string? Add(PreferenceDialogue dialogue, int number)
        {
            if (!lineOfId.TryAdd(dialogue.Id, number)) return $"the same pair is on line {lineOfId[dialogue.Id]}";
            dialogues.Add(dialogue);
            return null;
        }
    }

    /// <summary>Returns what is wrong with a line, or null.</summary>
    static string? Parse(ReadOnlyMemory<byte> line, out PreferenceDialogue? dialogue)
    {
        dialogue = null;
        string chosen, rejected;
        try
        {
            using var json = StrictJson.ParseObject(line, MaxDepth);
            if (Text(json.RootElement, "chosen", out chosen) is { } wrongChosen) return wrongChosen;
            if (Text(json.RootElement, "rejected", out rejected) is { } wrongRejected) return wrongRejected;
        }
        catch (NotJsonException damaged) { return $"{damaged.Message}; expected a JSON object"; }

        if (PromptLength(chosen) is not { } length) return "'chosen' does not end with a turn of the assistant";
        if (PromptLength(rejected) is not { } rejectedLength) return "'rejected' does not end with a turn of the assistant";
        if (length != rejectedLength || !chosen.AsSpan(0, length).SequenceEqual(rejected.AsSpan(0, length)))
            return "the prompts of 'chosen' and 'rejected' differ";
        var (prompt, better, worse) = (chosen[..length], Answer(chosen, length), Answer(rejected, length));
        if (better == worse) return "the two answers are identical";
        dialogue = new PreferenceDialogue(Id(prompt, better, worse), prompt, better, worse);
        return null;
    }

    static string? Text(JsonElement root, string key, out string text)
    {
        text = "";
        if (!root.TryGetProperty(key, out var value)) return $"'{key}' is missing";
        if (value.ValueKind is not JsonValueKind.String) return $"'{key}' is {Shorten(value.GetRawText())}; expected a text";
        text = value.GetString()!;
        return null;
    }

    static string Shorten(string text)
    {
        const int most = 80;
        return text.Length <= most ? text : text[..most] + "…";
    }

    static int? PromptLength(string dialogue)
    {
        var turn = dialogue.LastIndexOf(AssistantTurn, StringComparison.Ordinal);
        return turn < 0 || dialogue.IndexOf(HumanTurn, turn, StringComparison.Ordinal) >= 0 ? null : turn + AssistantTurn.Length;
    }

    // One space separates turn and answer: tokenizers put it back, and sampled completions do not begin with it either.
    static string Answer(string dialogue, int promptLength) =>
        promptLength < dialogue.Length && dialogue[promptLength] == ' ' ? dialogue[(promptLength + 1)..] : dialogue[promptLength..];

    static string Id(string prompt, string chosen, string rejected)
    {
        const int digits = 16;
        // Lengths in front, so that no two triples run together to the same text.
        var text = $"{prompt.Length} {chosen.Length} {prompt}{chosen}{rejected}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];
    }
}
