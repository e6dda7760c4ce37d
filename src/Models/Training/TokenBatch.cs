using TorchSharp;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Training;

/// <summary>Sequences of similar length as tensors: right-padded ids, and the flat positions at which something is read.</summary>
/// <remarks>Legend: B sequences, T longest of them, R completion tokens of all of them, row after row.</remarks>
sealed class TokenBatch
{
    const int RowsPerGroup = 16;                      // smaller groups pad less, larger ones pay fewer kernel launches
    const int MostGroups = 4;

    readonly Device _device;

    TokenBatch(IReadOnlyList<TokenSequence> all, int[] rows, Device device)
    {
        (Rows, _device) = (rows, device);
        var time = rows.Max(row => all[row].TokenIds.Length);
        var ids = new long[rows.Length * time];
        var tokens = rows.Sum(row => all[row].CompletionLength);
        var (predicting, targets, last) = (new long[tokens], new long[tokens], new long[rows.Length]);
        var at = 0;
        for (var b = 0; b < rows.Length; b++)
        {
            var (sequence, prompt) = (all[rows[b]].TokenIds, all[rows[b]].PromptLength);
            for (var t = 0; t < sequence.Length; t++) ids[b * time + t] = sequence[t];
            for (var t = prompt; t < sequence.Length; t++, at++) (predicting[at], targets[at]) = (b * time + t - 1, sequence[t]);
            last[b] = b * time + sequence.Length - 1;
        }
        Ids = tensor(ids, [rows.Length, time], device: device);
        Predicting = tensor(predicting, device: device);
        Targets = tensor(targets, device: device);
        Last = tensor(last, device: device);
    }

    /// <summary>Index of each row in the list the batch was cut from.</summary>
    public int[] Rows { get; }
    /// <summary>(B, T) int64, right-padded with 0.</summary>
    public Tensor Ids { get; }
    /// <summary>(R) int64 into the flattened (B · T): the position that predicts each completion token.</summary>
    public Tensor Predicting { get; }
    /// <summary>(R) int64: the completion tokens.</summary>
    public Tensor Targets { get; }
    /// <summary>(B) int64 into the flattened (B · T): each row's last token.</summary>
    public Tensor Last { get; }

    /// <summary>Cuts rows into groups of similar length, so that little is computed on padding.</summary>
    /// <remarks>The cut depends on the lengths and the order of the rows alone, so it is part of the result and the same on every machine.</remarks>
    public static IEnumerable<int[]> RowsByLength(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int> rows)
    {
        var groups = Math.Clamp(rows.Count / RowsPerGroup, 1, MostGroups);
        var sorted = rows.OrderBy(row => sequences[row].TokenIds.Length).ToArray();
        return Enumerable.Range(0, groups)
            .Select(g => sorted[(g * sorted.Length / groups)..((g + 1) * sorted.Length / groups)])
            .Where(group => group.Length > 0);
    }

    /// <summary>The batches of <see cref="RowsByLength"/>.</summary>
    /// <remarks>Each batch's tensors belong to the dispose scope in which the enumeration is moved on.</remarks>
    public static IEnumerable<TokenBatch> ByLength(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int> rows, Device device) =>
        RowsByLength(sequences, rows).Select(group => new TokenBatch(sequences, group, device));

    /// <summary>One batch of exactly these rows, in this order.</summary>
    public static TokenBatch Of(IReadOnlyList<TokenSequence> sequences, int[] rows, Device device) => new(sequences, rows, device);

    /// <summary>Per-token numbers of the batch's rows as (R) on the device.</summary>
    public Tensor Flatten(Func<int, float[]> perRow) => tensor(Rows.SelectMany(perRow).ToArray(), device: _device);

    /// <summary>Cuts (R) numbers into the rows again.</summary>
    /// <param name="flat">(R) float32.</param>
    /// <param name="sequences">The list the batch was cut from.</param>
    /// <param name="target">Receives each row's numbers at the row's index.</param>
    public void Scatter(Tensor flat, IReadOnlyList<TokenSequence> sequences, float[]?[] target)
    {
        var numbers = flat.ToFloats();
        var at = 0;
        foreach (var row in Rows)
        {
            target[row] = numbers[at..(at + sequences[row].CompletionLength)];
            at += sequences[row].CompletionLength;
        }
    }
}
