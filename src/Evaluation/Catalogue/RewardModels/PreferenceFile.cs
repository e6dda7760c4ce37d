using System.Text.Json;
using ActorRlhf.Evaluation.Catalogue.Rows;

namespace ActorRlhf.Evaluation.Catalogue.RewardModels;

/// <summary>
/// Reads preferences on which reward models are measured: JSON lines, or CSV with a header, with <c>prompt</c>, <c>chosen</c> and
/// <c>rejected</c>, the last two a text or a list of texts; other columns are slices.
/// </summary>
/// <remarks>
/// As RewardBench (Lambert et al. 2024, arXiv 2403.13787) and RewardBench 2 (Malik et al. 2025, arXiv 2506.01937) have them; and, where
/// there is no <c>prompt</c>, the whole dialogues of hh-rlhf, whose prompt ends with the last <c>Assistant:</c>. A row that cannot be
/// read fails alone.
/// </remarks>
public static class PreferenceFile
{
    const string Prompt = "prompt", Chosen = "chosen", Rejected = "rejected", AssistantTurn = "\n\nAssistant:";

    static readonly Dictionary<string, string> s_noSlices = [];

    /// <summary>The rows, read one by one.</summary>
    /// <exception cref="FormatException">
    /// The text is a JSON array, or its CSV lacks one of the columns or has a quote that is never closed; thrown when that is reached.
    /// </exception>
    public static IEnumerable<PreferenceItem> Read(TextReader text) => text.Peek() switch
    {
        '{' => JsonLines(text),
        '[' => throw new FormatException("it is one JSON array, expected JSON lines: convert it with jq -c '.[]'."),
        _ => Csv(text),
    };

    static IEnumerable<PreferenceItem> JsonLines(TextReader text)
    {
        var index = 0;
        for (var number = 1; text.ReadLine() is { } line; number++)
            if (!string.IsNullOrWhiteSpace(line)) yield return Item(index++, number, () => RowCell.OfLine(line));
    }

    static IEnumerable<PreferenceItem> Csv(TextReader text)
    {
        var index = 0;
        IReadOnlyList<string>? header = null;
        foreach (var (line, cells) in CsvRecords.Read(text))
        {
            if (header is null)
            {
                header = cells;
                if (header.Distinct(StringComparer.Ordinal).Count() < header.Count)
                    throw new FormatException($"two of its columns have one name: {string.Join(", ", header)}.");
                foreach (var column in (string[])[Chosen, Rejected])
                    if (!header.Contains(column))
                        throw new FormatException($"its first line has no column '{column}'; it has {string.Join(", ", header)}.");
                continue;
            }
            yield return Item(index++, line, () => cells.Count == header.Count
                ? header.Zip(cells).ToDictionary(pair => pair.First, pair => RowCell.Of(pair.Second), StringComparer.Ordinal)
                : throw new FormatException($"it has {cells.Count} cells, expected {header.Count}, one for each column"));
        }
    }

    static PreferenceItem Item(int index, int line, Func<Dictionary<string, RowCell>> cells)
    {
        try { return Item(index, cells()); }
        catch (FormatException wrong)
        {
            return new PreferenceItem(index, "", [], [], s_noSlices, $"line {line}: {wrong.Message}");
        }
    }

    static PreferenceItem Item(int index, Dictionary<string, RowCell> row)
    {
        var (chosen, rejected) = (Completions(row, Chosen), Completions(row, Rejected));
        string prompt;
        if (row.TryGetValue(Prompt, out var cell))
            prompt = cell.Kind is JsonValueKind.String
                ? cell.Text
                : throw new FormatException($"'{Prompt}' is {RowCell.Quoted(cell.Text)}, expected a text");
        else (prompt, chosen, rejected) = Dialogues(chosen, rejected);
        if (chosen.Intersect(rejected).FirstOrDefault() is { } both)
            throw new FormatException($"{RowCell.Quoted(both)} was chosen and rejected");
        return new PreferenceItem(index, prompt, chosen, rejected, Slices(row), null);
    }

    static IReadOnlyList<string> Completions(Dictionary<string, RowCell> row, string column)
    {
        if (!row.TryGetValue(column, out var cell)) throw new FormatException($"'{column}' is missing");
        var texts = cell.Texts() ?? (cell.Kind is JsonValueKind.String ? [cell.Text] : []);
        return texts.Count > 0
            ? texts
            : throw new FormatException($"'{column}' is {RowCell.Quoted(cell.Text)}, expected a text or a list of texts");
    }

    static (string, IReadOnlyList<string>, IReadOnlyList<string>) Dialogues(IReadOnlyList<string> chosen, IReadOnlyList<string> rejected)
    {
        var prompts = chosen.Concat(rejected).Select(PromptOf).Distinct().ToArray();
        if (prompts is not [{ } prompt])
            throw new FormatException(
                $"'{Prompt}' is missing, and '{Chosen}' and '{Rejected}' are no dialogues that differ in the last answer of the assistant");
        IReadOnlyList<string> Answers(IReadOnlyList<string> dialogues) =>
            [.. dialogues.Select(dialogue => dialogue[prompt.Length..] is [' ', .. var answer] ? answer : dialogue[prompt.Length..])];
        return (prompt, Answers(chosen), Answers(rejected));
    }

    static string? PromptOf(string dialogue) => dialogue.LastIndexOf(AssistantTurn, StringComparison.Ordinal) is >= 0 and var at
        ? dialogue[..(at + AssistantTurn.Length)]
        : null;

    static Dictionary<string, string> Slices(Dictionary<string, RowCell> row) => row
        .Where(cell => cell.Key is not (Prompt or Chosen or Rejected)
            && cell.Value.Kind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
        .ToDictionary(cell => cell.Key, cell => cell.Value.Text);
}
