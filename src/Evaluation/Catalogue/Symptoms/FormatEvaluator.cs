using System.Text;
using System.Text.Json;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>How much formatting an answer uses, and whether it holds.</summary>
sealed class FormatEvaluator() : SymptomEvaluator(
    "format",
    "Share of lines that are Markdown (headings, lists, quotes, tables, code, lines with bold), as reward models like it whatever it says "
        + "(Zhang et al. 2024, arXiv 2409.11704), and whether blocks of code are closed and JSON that the prompt asks for can be read. It "
        + "cannot see whether formatting helps here, whether code runs, or whether JSON has the fields that were wanted.",
    Property("markdown", "Share of lines with words that are formatted, 0 to 1; null where no line has anything."),
    new Metric("valid", MetricDirection.Higher, MetricRole.Heldout,
        "1 where every block of code is closed and JSON that was asked for can be read, else 0; null where there is neither."))
{
    static readonly PhraseTable s_asksForJson = new(
    [
        "in/as/valid/return/returns/output/produce/only/raw/pure/of [a/the] [valid/raw/pure/single] json",
        "json object/objects/array/format/output/response/only",
        "respond/reply/answer/format with/in/as/using [a/the] [valid/raw/pure/single] json",
    ],
    [
        "what is/are [a/an] json [object/objects/array/format]", "json format is/was",
    ]);

    protected override ItemResult Judge(EvaluationItem item)
    {
        var (prompt, completion) = (LastTurn.Of(item.Prompt), new CutText(item.Completion));
        return Scored(item, Markdown(completion), Valid(prompt, completion));
    }

    static Score Markdown(CutText completion)
    {
        var (formatted, all) = (0, 0);
        foreach (var line in completion.Lines)
        {
            if (line.Kind == LineKind.Blank) continue;
            all++;
            formatted += line.Kind != LineKind.Prose || HasBold(line.Whole.Of(completion.Source)) ? 1 : 0;
        }
        return all == 0 ? new Score(null, Reason: "empty") : new Score(formatted / (double)all);
    }

    static bool HasBold(ReadOnlySpan<char> line)
    {
        var open = line.IndexOf("**");
        return open >= 0 && line[(open + 2)..].Contains("**", StringComparison.Ordinal);
    }

    static Score Valid(CutText prompt, CutText completion)
    {
        var wantsJson = s_asksForJson.First(prompt) is not null;
        if (completion.HasUnclosedFence) return new Score(0, Reason: "a block of code stays open");
        if (wantsJson && IsJson(JsonIn(completion))) return new Score(1, Reason: "JSON");
        if (wantsJson) return new Score(0, Reason: "no JSON that stands alone or in the first block of code");
        return completion.Lines.Exists(line => line.Kind == LineKind.Fence)
            ? new Score(1, Reason: "blocks of code are closed")
            : new Score(null, Reason: "no block of code, and no JSON is asked for");
    }

    /// <summary>The first block of code where there is one, else everything.</summary>
    static ReadOnlySpan<char> JsonIn(CutText completion)
    {
        var open = completion.Lines.FindIndex(line => line.Kind == LineKind.Fence);
        if (open < 0) return completion.Source;
        var close = completion.Lines.FindIndex(open + 1, line => line.Kind == LineKind.Fence);
        return completion.Source.AsSpan(completion.Lines[open].Whole.End..completion.Lines[close].Whole.Start);
    }

    static bool IsJson(ReadOnlySpan<char> text)
    {
        // Lone surrogates become U+FFFD: as UTF-8, in which JSON travels, they cannot stand.
        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
            }
            return reader.BytesConsumed > 0 && reader.TokenType != JsonTokenType.None;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
