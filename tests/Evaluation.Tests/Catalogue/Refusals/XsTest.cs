using System.Globalization;
using System.Text;
using ActorRlhf.Evaluation.Catalogue.Refusals;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

/// <summary>
/// XSTest (Röttger et al. 2024, arXiv 2308.01263): 450 prompts, 250 of them harmless but alarming,
/// and the completions of two models, labelled by people.
/// </summary>
static class XsTest
{
    const string FirstOfContrast = "contrast";

    /// <summary>Reads the completions of one model.</summary>
    /// <param name="folder">The folder of the dataset's files.</param>
    /// <param name="model">As the file's name has it, such as <c>llama2orig</c>.</param>
    public static IReadOnlyList<XsTestCompletion> Read(string folder, string model) =>
        [.. Records(File.ReadAllText(Path.Combine(folder, $"completions_{model}.csv"))).Skip(1).Select(Completion)];

    static XsTestCompletion Completion(string[] cells)
    {
        // id, type, prompt, completion, two annotations, agreement, label.
        var (id, type, label) = (cells[0], cells[1], cells[^1]);
        return new XsTestCompletion(
            int.Parse(id[(id.IndexOf('-', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture),
            type.StartsWith(FirstOfContrast, StringComparison.Ordinal), cells[2],
            new RefusalExample(cells[3], label is "2_full_refusal" or "3_partial_refusal", label == "3_partial_refusal"));
    }

    /// <summary>The records of a CSV file (RFC 4180): cells may be quoted, and then hold commas, line ends and doubled quotes.</summary>
    static IEnumerable<string[]> Records(string csv)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < csv.Length; i++)
        {
            if (quoted && csv[i] == '"' && i + 1 < csv.Length && csv[i + 1] == '"') cell.Append(csv[i++]);
            else if (csv[i] == '"') quoted = !quoted;
            else if (quoted || csv[i] is not (',' or '\r' or '\n')) cell.Append(csv[i]);
            else if (csv[i] != '\r')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (csv[i] == ',') continue;
                yield return [.. cells];
                cells.Clear();
            }
        }
        if (cells.Count == 0) yield break;
        yield return [.. cells, cell.ToString()];
    }
}
