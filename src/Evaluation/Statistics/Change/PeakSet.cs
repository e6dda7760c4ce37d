namespace ActorRlhf.Evaluation.Statistics.Change;

/// <summary>The steps that may be the best one: the true best is among them in at least 95% of runs.</summary>
/// <param name="Steps">Indices of the steps that no other beats beyond chance, ascending; never empty.</param>
/// <param name="Prompts">Number of prompts the comparison rests on, n.</param>
/// <remarks>
/// The interval's name is <c>hsu</c>: Hsu 1984 (Annals of Statistics 12, multiple comparisons with the best) within prompts, step j
/// stays unless another k has mean(x_k − x_j)/se &gt; t of n − 1 degrees at 1 − .05/(K − 1). A policy to recommend is the first.
/// </remarks>
public sealed record PeakSet(IReadOnlyList<int> Steps, int Prompts)
{
    const double Risk = .05;

    /// <summary>Compares every step with every other.</summary>
    /// <param name="scores">
    /// By step, then by prompt: the same prompts in the same order, all finite, higher is better. A prompt that lacks a score at any
    /// step has been left out.
    /// </param>
    /// <returns>With a single prompt, which shows no spread, all steps.</returns>
    /// <exception cref="ArgumentException">There are no steps or prompts, steps differ in prompts, or a score is not finite.</exception>
    public static PeakSet Of(IReadOnlyList<IReadOnlyList<double>> scores)
    {
        var steps = new StepScores(scores);
        var all = Enumerable.Range(0, steps.Steps).ToArray();
        if (steps.Steps == 1 || steps.Prompts == 1) return new PeakSet(all, steps.Prompts);
        var critical = StudentQuantile.Of(steps.Prompts - 1, 1 - Risk / (steps.Steps - 1));
        return new PeakSet([.. all.Where(j => !all.Any(k => k != j && steps.Advantage(k, j, margin: 0) > critical))], steps.Prompts);
    }
}
