using ActorRlhf.Models.Data;

namespace ActorRlhf.Models.Engines;

/// <summary>Numbers of completion tokens, row after row (R), and by row.</summary>
static class CompletionTokens
{
    /// <summary>Cuts (R) numbers into rows again.</summary>
    /// <param name="flat">(R) numbers.</param>
    /// <param name="sequences">The list that the rows are of.</param>
    /// <param name="rows">The rows, in the order of the numbers.</param>
    /// <param name="target">Receives each row's numbers at the row's index.</param>
    public static void Scatter(float[] flat, IReadOnlyList<TokenSequence> sequences, int[] rows, float[]?[] target)
    {
        var at = 0;
        foreach (var row in rows)
        {
            target[row] = flat[at..(at + sequences[row].CompletionLength)];
            at += sequences[row].CompletionLength;
        }
    }
}
