using System.Collections.Frozen;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>What stands where the work should be: <c>// ... existing code</c>, <c>[insert name]</c>, <c>TODO</c>, "and so on".</summary>
/// <remarks>
/// 1 for a placeholder, ½ for a list that trails off in prose, which good answers do too. What the prompt holds, or asks for by
/// "template" or "placeholder", does not count.
/// </remarks>
static class Placeholders
{
    const double TrailsOff = .5;
    const int LongestBracket = 40;

    static readonly PhraseTable s_wanted = new(
        ["template/templates", "placeholder/placeholders", "fill in the blank/blanks", "boilerplate", "stub"]);

    // In the comments of code, where words are few and mean it.
    static readonly PhraseTable s_inComments = new(
    [
        "rest of [the/your/my] code/function/implementation/class/methods/file/script/program/logic/app/component",
        "remaining code/logic/methods/functions/cases/implementation/fields/items/parts",
        "existing code/logic/implementation/imports/methods/content", "previous code", "other code/methods/functions/fields/imports here",
        "your [own] code/logic/implementation/content/data", "code/logic/implementation/content goes/go here",
        "implement/add/insert/put/write/fill [in/your/the] [own] * here", "implement this/me/your", "implementation here/omitted/unchanged",
        "omitted for brevity", "same as above/before", "similar to above/before", "unchanged", "and so on/forth", "etc",
        "to be implemented", "not implemented", "fill in the/your/this", "repeat for the/other/others/remaining",
    ]);

    static readonly PhraseTable s_inProse = new(
    [
        "rest of the/your code/function/class/file/script/essay/story/list goes/here/remains/unchanged", "your code/text/content goes here",
        "insert [your] * here", "to be continued", "the code/rest/remaining is/are omitted for brevity",
        "rest/code/details/others omitted/removed/truncated/abbreviated for brevity",
    ]);

    static readonly PhraseTable s_trailing = new(["and so on/forth", "etc", "etcetera", "et cetera", "and the like", "and on and on"]);

    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_inBrackets = ((string[])
    [
        "insert", "your", "enter", "add", "fill", "name", "names", "company", "date", "address", "recipient", "recipient's", "sender",
        "city", "phone", "email", "title", "placeholder", "topic", "product", "todo", "continue", "continued", "remaining", "rest",
        "link", "url", "number", "amount", "hiring", "manager's", "friend's", "customer", "position", "xxx",
    ]).ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static Score In(CutText prompt, CutText completion)
    {
        if (s_wanted.First(prompt) is not null) return new Score(0, Reason: "the prompt asks for a template");
        foreach (var line in completion.Lines)
            if ((InCode(completion, line) ?? InBrackets(prompt, completion, line)) is { } found)
                return new Score(1, Quotation.Of(found));
        if (s_inProse.First(completion) is { } match) return new Score(1, completion.Quote(match));
        return Trailing(completion);
    }

    /// <summary>A comment that stands for code, or a bare "..." instead of it; null where the line has none.</summary>
    static string? InCode(CutText completion, Line line)
    {
        var content = new Stretch(line.Content, line.Whole.End);
        var text = content.Of(completion.Source).Trim();
        if (line.Kind == LineKind.Code && text is "..." or "…") return "...";
        var comment = CommentStart(text, line.Kind == LineKind.Code);
        if (comment < 0) return null;
        var said = text[comment..].TrimStart("/#-*<!;% ");
        if (said.StartsWith("...") || said.StartsWith("…") || said.StartsWith("TODO") || said.StartsWith("FIXME")) return text.ToString();
        var (first, end) = completion.WordsIn(content with { Start = content.Start + comment });
        return s_inComments.IsWithin(completion, first, end) ? text.ToString() : null;
    }

    /// <summary>Where a comment begins; −1 where there is none. Outside blocks of code only a whole line is one.</summary>
    static int CommentStart(ReadOnlySpan<char> text, bool isCode)
    {
        if (text.StartsWith("//") || text.StartsWith("/*") || text.StartsWith("<!--")) return 0;
        if (!isCode) return -1;
        if (text.StartsWith("#") || text.StartsWith("--") || text.StartsWith("*") || text.StartsWith("%") || text.StartsWith(";")) return 0;
        var behindCode = text.IndexOf(" //");
        return behindCode >= 0 ? behindCode + 1 : text.IndexOf(" #") is >= 0 and var hash ? hash + 1 : -1;
    }

    /// <summary>A bracket to be filled in; null where the line has none.</summary>
    static string? InBrackets(CutText prompt, CutText completion, Line line)
    {
        var end = line.Whole.End;
        for (var open = line.Content; open < end; open++)
        {
            var next = completion.Source.AsSpan(open, end - open).IndexOf('[');
            if (next < 0) return null;
            open += next;
            var inside = completion.Source.AsSpan(open, Math.Min(end - open, LongestBracket));
            var close = inside.IndexOf(']');
            if (close < 2 || (open + close + 1 < end && completion.Source[open + close + 1] is '(' or '[' or ':')) continue; // a link
            var (word, wordEnd) = completion.WordsIn(new Stretch(open, open + close));
            if (word == wordEnd || !IsToBeFilled(completion.Word(word), line.Kind)) continue;
            var bracket = inside[..(close + 1)].ToString();
            if (!prompt.Source.Contains(bracket, StringComparison.Ordinal)) return bracket;
        }
        return null;
    }

    // In code a bracket is an index, a list or an attribute, unless it asks.
    static bool IsToBeFilled(ReadOnlySpan<char> word, LineKind kind) =>
        kind == LineKind.Code ? word is "insert" or "your" : s_inBrackets.Contains(word);

    /// <summary>A sentence that ends in "and so on", or a line that is nothing but "...".</summary>
    static Score Trailing(CutText completion)
    {
        foreach (var match in s_trailing.In(completion))
            if (match.EndWord == completion.Sentences[match.Sentence].EndWord)
                return new Score(TrailsOff, completion.Quote(match), "trails off");
        foreach (var line in completion.Lines)
            if (line.Kind is not LineKind.Code && new Stretch(line.Content, line.Whole.End).Of(completion.Source).Trim() is "..." or "…")
                return new Score(TrailsOff, "...", "trails off");
        return new Score(0);
    }
}
