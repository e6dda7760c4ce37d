using ActorRlhf.Models.Data;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>Sequences of similar length as tensors: right-padded ids, and the flat positions at which something is read.</summary>
/// <remarks>Legend: B sequences, T longest of them, R completion tokens of all of them, row after row.</remarks>
sealed class TokenBatch
{
    /// <param name="all">The list that the rows are of.</param>
    /// <param name="rows">Which of them, in this order.</param>
    /// <param name="device">Where the tensors live; they belong to the dispose scope that is open.</param>
    public TokenBatch(IReadOnlyList<TokenSequence> all, int[] rows, Device device)
    {
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

    /// <summary>(B, T) int64, right-padded with 0.</summary>
    public Tensor Ids { get; }
    /// <summary>(R) int64 into the flattened (B · T): the position that predicts each completion token.</summary>
    public Tensor Predicting { get; }
    /// <summary>(R) int64: the completion tokens.</summary>
    public Tensor Targets { get; }
    /// <summary>(B) int64 into the flattened (B · T): each row's last token.</summary>
    public Tensor Last { get; }
}
