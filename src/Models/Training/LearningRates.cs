namespace ActorRlhf.Models.Training;

/// <summary>Learning rates as pure functions of the step, so that no scheduler has state to lose.</summary>
public static class LearningRates
{
    /// <summary>
    /// The product of a linear warm-up and a linear decay that begins with it and ends one step after the last, but not below a share of
    /// the peak: with a short warm-up, close to the peak at its end.
    /// </summary>
    /// <param name="peak">What both factors are shares of.</param>
    /// <param name="step">From 0.</param>
    /// <param name="steps">All steps.</param>
    /// <param name="warmup">Steps of the warm-up.</param>
    /// <param name="final">The least share of the decay.</param>
    public static double WarmupLinear(double peak, int step, int steps, int warmup, double final) =>
        peak * Math.Min(1, (step + 1.0) / Math.Max(1, warmup)) * Math.Max(final, 1 - (double)step / steps);

    /// <summary>Linear decay from the peak, which the first step has, to a share of it, which the last one has, both exactly.</summary>
    /// <param name="peak">Rate of the first step; of the only one, if there is but one.</param>
    /// <param name="step">From 0.</param>
    /// <param name="steps">All steps.</param>
    /// <param name="final">Share of the peak at the last step.</param>
    public static double Linear(double peak, int step, int steps, double final)
    {
        var left = steps == 1 ? 1 : (double)(steps - 1 - step) / (steps - 1);
        return peak * (final + (1 - final) * left);
    }

    /// <summary>The same as runs before logic version 3 had it: the share would be reached one step after the last.</summary>
    /// <inheritdoc cref="Linear"/>
    public static double LinearToTheStepAfter(double peak, int step, int steps, double final) => peak * (1 - (1 - final) * step / steps);
}
