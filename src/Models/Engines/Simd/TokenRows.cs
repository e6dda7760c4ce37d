using ActorRlhf.Models.Data;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>One sequence among the tokens that are computed together.</summary>
/// <param name="Row">Row of its first token.</param>
/// <param name="Length">Tokens that are computed: what comes behind the last output is not.</param>
/// <param name="First">The first position with an output; every later one has one.</param>
/// <param name="Output">Its output's row.</param>
readonly record struct SequenceSpan(int Row, int Length, int First, int Output);

/// <summary>The tokens of some sequences one after the other, without padding, and where something is read.</summary>
sealed class TokenRows
{
    /// <param name="sequences">The list that the rows are of.</param>
    /// <param name="rows">Which of them, in this order.</param>
    /// <param name="output">What is read.</param>
    public TokenRows(IReadOnlyList<TokenSequence> sequences, int[] rows, NetworkOutput output)
    {
        var spans = new List<SequenceSpan>(rows.Length);
        var (tokens, targets, outputs) = (new List<int>(), new List<int>(), 0);
        foreach (var row in rows)
        {
            var (ids, prompt) = sequences[row];
            var (first, end) = output is NetworkOutput.Scores ? (ids.Length - 1, ids.Length) : (prompt - 1, ids.Length - 1);
            if (end == first) continue;
            spans.Add(new SequenceSpan(tokens.Count, end, first, outputs));
            tokens.AddRange(ids.AsSpan(0, end));
            outputs += end - first;
            for (var position = first + 1; position < ids.Length; position++) targets.Add(ids[position]);
        }
        (Sequences, Tokens, Targets, Outputs) = (spans, [.. tokens], [.. targets], outputs);
    }

    /// <summary>The sequences.</summary>
    public IReadOnlyList<SequenceSpan> Sequences { get; }
    /// <summary>(N) token ids.</summary>
    public int[] Tokens { get; }
    /// <summary>(R) the token behind each output; of scores none.</summary>
    public int[] Targets { get; }
    /// <summary>R.</summary>
    public int Outputs { get; }

    /// <summary>How many tokens of a sequence are computed.</summary>
    public static int Length(TokenSequence sequence, NetworkOutput output) =>
        sequence.TokenIds.Length - (output is NetworkOutput.Scores ? 0 : 1);
}
