namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>The completions of one evaluation, one a prompt: how long they are and what they earn.</summary>
/// <param name="Lengths">Length by prompt, in tokens.</param>
/// <param name="Rewards">Reward of the same completions.</param>
public sealed record LengthSeries(IReadOnlyList<double> Lengths, IReadOnlyList<double> Rewards)
{
    /// <exception cref="ArgumentException">Lengths and rewards differ in number, there are none, a number is not finite, or a length is
    /// negative or beyond an int.</exception>
    internal void Require()
    {
        Series.RequirePairs(Lengths, Rewards, ("lengths", "rewards"));
        if (Lengths.Count == 0) throw new ArgumentException("No completions have no lengths: leave the comparison out.");
        foreach (var length in Lengths)
            if (length is < 0 or > int.MaxValue)
                throw new ArgumentException(FormattableString.Invariant($"A completion is {length} long: a length counts tokens."));
    }
}
