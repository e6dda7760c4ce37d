namespace ActorRlhf.Evaluation.Statistics.Change;

/// <summary>Between which steps a score first fell by more than a margin below an earlier step.</summary>
/// <param name="First">The first step that may be the onset.</param>
/// <param name="Proven">The first step by which the fall is proven.</param>
/// <param name="Delta">The margin, in units of the score.</param>
/// <param name="Prompts">Number of prompts the comparison rests on, n.</param>
/// <remarks>
/// The true onset, the first step whose level is more than the margin below an earlier one, lies between the two in at least 95% of
/// runs whatever the curve: 2.5% is spent on proving over all pairs (Bonferroni), 2.5% on excluding the onset itself, where the one
/// comparison with its true predecessor decides. A broken stick's interval covers 28% on a smooth peak.
/// </remarks>
public sealed record Onset(int First, int Proven, double Delta, int Prompts)
{
    const double Risk = .025;

    /// <summary>Looks for the onset.</summary>
    /// <param name="scores">
    /// By step from the reference on, then by prompt: the same prompts in the same order, all finite, higher is better. A prompt that
    /// lacks a score at any step has been left out.
    /// </param>
    /// <param name="delta">The margin, fixed before, in units of the score; at least 0.</param>
    /// <param name="among">
    /// How many series are looked at together, any of which would count: the risk of proving a fall that is none is shared by them.
    /// </param>
    /// <returns>Null: not established.</returns>
    /// <exception cref="ArgumentException">
    /// There are no steps or prompts, steps differ in prompts, a score is not finite, or the margin is negative or not finite.
    /// </exception>
    public static Onset? Of(IReadOnlyList<IReadOnlyList<double>> scores, double delta = .02, int among = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(among);
        if (!(double.IsFinite(delta) && delta >= 0))
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "A margin is a finite number of at least 0.");
        var steps = new StepScores(scores);
        if (steps.Prompts == 1) return null; // one prompt shows no spread
        var evaluations = steps.Steps - 1;
        var excluded = StudentQuantile.Of(steps.Prompts - 1, 1 - Risk);
        int? first = null;
        for (var k = 1; k < steps.Steps; k++)
        {
            var proven = StudentQuantile.Of(steps.Prompts - 1, 1 - Risk / ((double)among * evaluations * k));
            var (isProven, isCandidate) = (false, false);
            for (var j = 0; j < k && !isProven; j++)
            {
                var fall = steps.Advantage(j, k, delta);
                isProven = fall > proven;
                isCandidate |= !(fall < -excluded);
            }
            if (isCandidate) first ??= k;
            if (isProven) return new Onset(first ?? k, k, delta, steps.Prompts);
        }
        return null;
    }
}
