namespace ActorRlhf.Models.Training;

/// <summary>Learning rates as pure functions of the step, so that no scheduler has state to lose.</summary>
public static class LearningRates
{
    /// <summary>Linear warm-up, then linear decay to a share of the peak.</summary>
    /// <param name="peak">Rate at the end of the warm-up.</param>
    /// <param name="step">From 0.</param>
    /// <param name="steps">All steps.</param>
    /// <param name="warmup">Steps of the warm-up.</param>
    /// <param name="final">Share of the peak at the end.</param>
    public static double WarmupLinear(double peak, int step, int steps, int warmup, double final) =>
        peak * Math.Min(1, (step + 1.0) / Math.Max(1, warmup)) * Math.Max(final, 1 - (double)step / steps);

    /// <summary>Linear decay from the peak to a share of it.</summary>
    public static double Linear(double peak, int step, int steps, double final) => peak * (1 - (1 - final) * step / steps);
}
