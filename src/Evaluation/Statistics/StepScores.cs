namespace ActorRlhf.Evaluation.Statistics;

/// <summary>What the prompts of one evaluation scored: the reward that is optimised beside what it stands for.</summary>
/// <param name="Proxy">Reward model's score by prompt, one number a draw (several completions averaged first).</param>
/// <param name="Gold">Evaluator's score of the same prompts in the same order, higher is better.</param>
public sealed record StepScores(IReadOnlyList<double> Proxy, IReadOnlyList<double> Gold)
{
    /// <summary>Number of prompts.</summary>
    internal int Count => Proxy.Count;

    /// <exception cref="ArgumentException">Proxy and gold differ in number, a number is not finite, or there are not as many prompts as
    /// expected.</exception>
    internal void Require(int count)
    {
        Series.RequirePairs(Proxy, Gold, ("proxy scores", "gold scores"));
        if (Count != count) throw new ArgumentException($"A step with {Count} prompts beside one with {count}: steps share their prompts.");
    }
}
