using System.Globalization;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Scoring;

/// <summary>Makes items of the rows of a file; a row that is none fails by itself.</summary>
/// <param name="file">The file.</param>
/// <param name="fields">Which column is what.</param>
/// <param name="lengthBins">How many words wide the bins are that become the slice <c>words</c>; null for no such slice.</param>
/// <remarks>
/// A prompt that is not there is an empty one. Columns that are no field are slices, where they hold texts, numbers or booleans. A cell
/// of CSV without text is an empty completion or prompt, and nothing in any other column.
/// </remarks>
sealed class FileItems(CompletionFile file, ItemFields fields, int? lengthBins)
{
    /// <summary>The slice of the completions' lengths in words.</summary>
    public const string WordsSlice = "words";

    static readonly Dictionary<string, string> s_noSlices = [];

    /// <summary>The items, in the file's order.</summary>
    /// <exception cref="CompletionFileException">A column is missing, or the file is damaged from somewhere on.</exception>
    public IEnumerable<FileItem> Read()
    {
        var index = 0;
        foreach (var row in fields.Checked(file)) yield return Item(index++, row);
    }

    FileItem Item(int index, FileRow row)
    {
        if (row.Problem is not null) return Failed(index, row, row.Problem);
        string? prompt = null, completion = null, reference = null, stopReason = null, promptId = null, other = null;
        int? tokens = null, sample = null;
        float[]? logProbs = null;
        var slices = s_noSlices;
        foreach (var cell in row.Cells)
        {
            var field = fields.FieldOf(cell.Column);
            if (cell.Kind is CellKind.None || (cell.Text is "" && cell.Kind is CellKind.Text && field is not (ItemFields.Prompt
                or ItemFields.Completion or ItemFields.OtherCompletion or ItemFields.Reference))) continue;
            var isRight = true;
            switch (field)
            {
                case ItemFields.Prompt: isRight = IsText(cell, out prompt); break;
                case ItemFields.Completion: isRight = IsText(cell, out completion); break;
                case ItemFields.OtherCompletion: isRight = IsText(cell, out other); break;
                // A reference and an id may be a number, as the answer of a sum is.
                case ItemFields.Reference: isRight = IsSpelt(cell, out reference); break;
                case ItemFields.PromptId: isRight = IsSpelt(cell, out promptId); break;
                case ItemFields.StopReason: isRight = IsText(cell, out stopReason); break;
                case ItemFields.TokenCount: isRight = IsCount(cell, out tokens); break;
                case ItemFields.Sample: isRight = IsCount(cell, out sample); break;
                case ItemFields.LogProbs:
                    logProbs = cell.Numbers;
                    isRight = logProbs is not null || fields.LogProbsColumn is null;
                    break;
                default:
                    if (cell.Kind is not (CellKind.Text or CellKind.Plain)) break;
                    if (ReferenceEquals(slices, s_noSlices)) slices = [];
                    slices[cell.Column] = cell.Text;
                    break;
            }
            if (!isRight) return Failed(index, row, $"{fields.Named(field!)} is {Words(cell)}, expected {Expected(field!)}");
        }
        if (completion is null) return Failed(index, row, $"{fields.Named(ItemFields.Completion)} is missing, expected a text");
        if (lengthBins is { } width)
        {
            if (ReferenceEquals(slices, s_noSlices)) slices = [];
            slices[WordsSlice] = Bin(completion.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, width);
        }
        // Ids that sort like their numbers: evaluators of groups order samples without a number by their ids.
        return new FileItem(index, new EvaluationItem(index.ToString("D9", CultureInfo.InvariantCulture), prompt ?? "", completion)
        {
            Reference = reference,
            OtherCompletion = other,
            StopReason = stopReason,
            TokenCount = tokens,
            PromptId = promptId,
            Sample = sample ?? 0,
            LogProbs = logProbs,
            Slices = slices,
        }, null);
    }

    /// <summary>The bin of a length; as many as a slice may have, the last of them without an end.</summary>
    static string Bin(int words, int width)
    {
        var bin = Math.Min(words / width, FileTotals.MostValues - 1);
        return bin == FileTotals.MostValues - 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)bin * width}+")
            : string.Create(CultureInfo.InvariantCulture, $"{bin * width}-{(bin + 1) * width - 1}");
    }

    FileItem Failed(int index, FileRow row, string why) =>
        new(index, null, string.Create(CultureInfo.InvariantCulture, $"{file.Path}, {file.Unit} {row.Number}: {why}"));

    static bool IsText(FileCell cell, out string? text)
    {
        text = cell.Text;
        return cell.Kind is CellKind.Text;
    }

    static bool IsSpelt(FileCell cell, out string? text)
    {
        text = cell.Text;
        return cell.Kind is CellKind.Text or CellKind.Plain;
    }

    static bool IsCount(FileCell cell, out int? count)
    {
        var isOne = int.TryParse(cell.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        count = value;
        return isOne;
    }

    static string Words(FileCell cell)
    {
        const int longest = 40;
        return cell.Kind switch
        {
            CellKind.Text => $"the text \"{(cell.Text.Length <= longest ? cell.Text : cell.Text[..longest] + "…")}\"",
            CellKind.Plain => cell.Text,
            _ => "a list or an object",
        };
    }

    static string Expected(string field) => field switch
    {
        ItemFields.TokenCount or ItemFields.Sample => "a whole number from 0",
        ItemFields.Reference or ItemFields.PromptId => "a text or a number",
        ItemFields.LogProbs => "a list of numbers, which only JSON lines have",
        _ => "a text",
    };
}
