using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>How many of the things asked for a completion gives, counted in its favour where it can be read in more than one way.</summary>
/// <remarks>
/// Items are those of the outermost list and of numbers that ascend from 1; where there is neither, the most of its lines, its sentences
/// and what commas part within one sentence. That they are what was asked for, and differ, is not looked at.
/// </remarks>
static class GivenItems
{
    public static int Count(CutText completion, AskedUnit unit) => unit switch
    {
        AskedUnit.Sentences => completion.Sentences.Count,
        AskedUnit.Paragraphs => Paragraphs(completion),
        AskedUnit.Lines => completion.Lines.Count(line => line.Kind is not (LineKind.Blank or LineKind.Fence)),
        _ => Items(completion),
    };

    static int Items(CutText completion)
    {
        var listed = Math.Max(Ascending(completion.Source), Outermost(completion));
        if (listed > 1) return listed;
        var lines = completion.Lines.Count(line => line.Kind is not (LineKind.Blank or LineKind.Fence));
        return Math.Max(Math.Max(lines, completion.Sentences.Count), MostBetweenCommas(completion));
    }

    static int Paragraphs(CutText completion)
    {
        var (count, isInside) = (0, false);
        foreach (var line in completion.Lines)
        {
            count += line.Kind != LineKind.Blank && !isInside ? 1 : 0;
            isInside = line.Kind != LineKind.Blank;
        }
        return count;
    }

    /// <summary>The items, headings or rows with the least indentation, of whichever kind there are most.</summary>
    static int Outermost(CutText completion) => Math.Max(
        Math.Max(Outermost(completion, LineKind.Numbered), Outermost(completion, LineKind.Bullet)),
        Math.Max(Outermost(completion, LineKind.Heading), Outermost(completion, LineKind.Table) - 2)); // without head and rule

    static int Outermost(CutText completion, LineKind kind)
    {
        var (count, least) = (0, int.MaxValue);
        foreach (var line in completion.Lines)
        {
            if (line.Kind != kind) continue;
            var indent = Indent(line.Whole.Of(completion.Source));
            if (indent < least) (least, count) = (indent, 0);
            count += indent == least ? 1 : 0;
        }
        return count;
    }

    static int Indent(ReadOnlySpan<char> line) => line.Length - line.TrimStart().Length;

    /// <summary>How far numbers with a point, bracket or colon ascend from 1, wherever they stand: <c>1) tea 2) coffee</c>.</summary>
    static int Ascending(string text)
    {
        var reached = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]) || (i > 0 && (char.IsLetterOrDigit(text[i - 1]) || text[i - 1] is '.' or ','))) continue;
            var (end, number) = (i, 0);
            while (end < text.Length && char.IsAsciiDigit(text[end]) && end - i < 4) number = number * 10 + (text[end++] - '0');
            var isMarker = end < text.Length && text[end] is '.' or ')' or ':';
            var isDecimal = isMarker && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]);
            if (isMarker && !isDecimal && number == reached + 1) reached = number;
            i = end - 1;
        }
        return reached;
    }

    /// <summary>The most pieces between commas, semicolons or a closing "and" within one sentence.</summary>
    static int MostBetweenCommas(CutText completion)
    {
        var most = 0;
        foreach (var sentence in completion.Sentences)
        {
            var pieces = 1;
            for (var word = sentence.FirstWord + 1; word < sentence.EndWord; word++)
            {
                var between = new Stretch(completion.Words[word - 1].End, completion.Words[word].Start).Of(completion.Source);
                if (between.ContainsAny(",;、،，；") || completion.Word(word) is "and" or "or") pieces++;
            }
            most = Math.Max(most, pieces);
        }
        return most;
    }
}
