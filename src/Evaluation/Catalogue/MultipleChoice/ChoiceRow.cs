using System.Globalization;
using System.Text.Json;
using ActorRlhf.Evaluation.Catalogue.Rows;

namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>Makes a question of the cells of a row.</summary>
/// <remarks>
/// Choices are the list in <c>choices</c>, or columns <c>A</c>, <c>B</c>, … or <c>choice_1</c>, <c>choice_2</c>, …; empty columns at the
/// end are none. <c>answer</c> is an index from 0, a letter or a choice's text. What could mean two choices is refused, not guessed, save
/// that a number in JSON is always an index, and a letter is always a letter where the columns are letters.
/// </remarks>
static class ChoiceRow
{
    const string AnswerForm = "expected an index from 0, a letter or the text of a choice";

    /// <summary>Reads a row.</summary>
    /// <param name="row">Its cells by column.</param>
    /// <param name="slices">Columns that become slices where a row has them.</param>
    /// <returns>The question, or what is wrong with the row.</returns>
    public static (ChoiceQuestion? Question, string? Problem) Read(
        IReadOnlyDictionary<string, RowCell> row, IReadOnlyList<string> slices)
    {
        if (!row.TryGetValue("question", out var question) || question is not { Kind: JsonValueKind.String, Text.Length: > 0 })
            return (null, "'question' is missing or no text");
        var (choices, areLetters, problem) = Choices(row);
        if (problem is not null) return (null, problem);
        if (choices.Count is < 2 or > ChoiceQuestion.MostChoices)
            return (null, $"it has {choices.Count} choices, expected 2 to {ChoiceQuestion.MostChoices}: give 'choices', or columns "
                + "A, B, … or choice_1, choice_2, …");
        if (choices.Contains("")) return (null, $"choice {choices.IndexOf("")} is empty");
        if (!row.TryGetValue("answer", out var answer)) return (null, $"'answer' is missing, {AnswerForm}");
        int[] meant = [.. Meanings(answer, choices, areLetters).Distinct()];
        return meant switch
        {
            [var one] => (new ChoiceQuestion(question.Text, choices, one, Slices(row, slices)), null),
            [] => (null, $"'answer' is {RowCell.Quoted(answer.Text)}, {AnswerForm}, of {choices.Count}"),
            _ => (null, $"'answer' is {RowCell.Quoted(answer.Text)}, which may mean choice {string.Join(" or ", meant)}: "
                + "give its index as a number"),
        };
    }

    static (List<string> Choices, bool AreLetters, string? Problem) Choices(IReadOnlyDictionary<string, RowCell> row)
    {
        if (row.TryGetValue("choices", out var list))
            return list.Texts() is { } texts
                ? ([.. texts], false, null)
                : ([], false, $"'choices' is {RowCell.Quoted(list.Text)}, expected a JSON array of texts");
        var letters = Columns(row, ChoiceQuestion.Letter);
        return letters.Count > 0
            ? (letters, true, null)
            : (Columns(row, i => string.Create(CultureInfo.InvariantCulture, $"choice_{i + 1}")), false, null);
    }

    static List<string> Columns(IReadOnlyDictionary<string, RowCell> row, Func<int, string> name)
    {
        var choices = new List<string>();
        for (var i = 0; row.TryGetValue(name(i), out var cell); i++) choices.Add(cell.Kind is JsonValueKind.Null ? "" : cell.Text);
        while (choices is [.., ""]) choices.RemoveAt(choices.Count - 1);
        return choices;
    }

    static IEnumerable<int> Meanings(RowCell answer, List<string> choices, bool areLetters)
    {
        var text = answer.Text.Trim();
        var isIndex = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < choices.Count;
        if (answer.Kind is JsonValueKind.Number) return isIndex ? [index] : [];
        if (answer.Kind is not JsonValueKind.String) return [];
        var letter = text is [var one] && char.IsAsciiLetter(one) ? char.ToUpperInvariant(one) - 'A' : choices.Count;
        if (areLetters && letter < choices.Count) return [letter];
        return Enumerable.Range(0, choices.Count).Where(i => i == letter || (isIndex && i == index) || choices[i].Trim() == text);
    }

    static Dictionary<string, string> Slices(IReadOnlyDictionary<string, RowCell> row, IReadOnlyList<string> names) => names
        .Where(name => row.TryGetValue(name, out var cell)
            && cell.Kind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
        .ToDictionary(name => name, name => row[name].Text);
}
