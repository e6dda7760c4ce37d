using ActorRlhf.Evaluation.Catalogue.Rows;

namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>Reads questions with choices: JSON lines, CSV with a header, or MMLU's CSV, which has none.</summary>
/// <remarks>
/// The first character says which: <c>{</c> begins JSON lines. CSV whose first record has no cell <c>question</c> is MMLU's: question,
/// choices, letter. A row that cannot be read fails alone. Source: Hendrycks et al. 2021 (https://arxiv.org/abs/2009.03300).
/// </remarks>
public static class ChoiceFile
{
    /// <summary>Columns that become slices.</summary>
    public static IReadOnlyList<string> SliceColumns { get; } = ["subject", "category", "subset", "topic", "language"];

    /// <summary>The rows, read one by one.</summary>
    /// <exception cref="FormatException">
    /// The text is a JSON array, or its CSV has two columns of one name or a quote that is never closed; thrown when that is reached.
    /// </exception>
    public static IEnumerable<ChoiceItem> Read(TextReader text) => text.Peek() switch
    {
        '{' => JsonLines(text),
        '[' => throw new FormatException("it is one JSON array, expected JSON lines: convert it with jq -c '.[]'."),
        _ => Csv(text),
    };

    static IEnumerable<ChoiceItem> JsonLines(TextReader text)
    {
        var index = 0;
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            yield return Item(index++, number, () => RowCell.OfLine(line));
        }
    }

    static IEnumerable<ChoiceItem> Csv(TextReader text)
    {
        var index = 0;
        IReadOnlyList<string>? header = null;
        foreach (var (line, cells) in CsvRecords.Read(text))
        {
            if (header is null)
            {
                var hasHeader = cells.Contains("question");
                header = hasHeader ? cells : [];
                if (hasHeader && header.Distinct(StringComparer.Ordinal).Count() < header.Count)
                    throw new FormatException($"two of its columns have one name: {string.Join(", ", header)}.");
                if (hasHeader) continue;
            }
            yield return Item(index++, line, () => Cells(header, cells));
        }
    }

    /// <summary>The cells of a record of CSV.</summary>
    /// <param name="header">Names of the columns; none in MMLU's files.</param>
    /// <param name="cells">The record.</param>
    static Dictionary<string, RowCell> Cells(IReadOnlyList<string> header, IReadOnlyList<string> cells)
    {
        const int fewest = 4, most = ChoiceQuestion.MostChoices + 2; // a question, two choices or more, and a letter
        if (header is [] && cells.Count is < fewest or > most)
            throw new FormatException($"it has {cells.Count} cells and there is no header with 'question', expected {fewest} to {most}: "
                + "question, choices, the right one's letter");
        if (header is []) header = ["question", .. Enumerable.Range(0, cells.Count - 2).Select(ChoiceQuestion.Letter), "answer"];
        return header.Count == cells.Count
            ? header.Zip(cells).ToDictionary(pair => pair.First, pair => RowCell.Of(pair.Second), StringComparer.Ordinal)
            : throw new FormatException($"it has {cells.Count} cells, expected {header.Count}, one for each column");
    }

    static ChoiceItem Item(int index, int line, Func<Dictionary<string, RowCell>> cells)
    {
        string? problem;
        ChoiceQuestion? question = null;
        try { (question, problem) = ChoiceRow.Read(cells(), SliceColumns); }
        catch (FormatException wrong) { problem = wrong.Message; }
        return new ChoiceItem(index, question, problem is null ? null : $"line {line}: {problem}");
    }
}
