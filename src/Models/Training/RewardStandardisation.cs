using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Training;

/// <summary>
/// Folds mean 0 and standard deviation 1 on given samples into a reward
/// model's head, so that the members of an ensemble can be compared and added.
/// </summary>
/// <remarks>Source: Huang et al. 2024 (arXiv 2403.17031) shift the mean on reference completions to 0; the scale is ours.</remarks>
public static class RewardStandardisation
{
    /// <summary>Changes the head so that every score s becomes (s − mean) / deviation, up to float32.</summary>
    /// <param name="weights">A scalar model; changed in place.</param>
    /// <param name="scores">(N) its scores of the samples, N at least 2.</param>
    /// <returns>The mean and the standard deviation (denominator N − 1) of the scores.</returns>
    /// <exception cref="InvalidOperationException">
    /// The scores are not finite or all alike, or there are fewer than two; the weights are not changed.
    /// </exception>
    public static (double Mean, double Deviation) Apply(ModelWeights weights, ReadOnlySpan<float> scores)
    {
        double sum = 0, squares = 0;
        foreach (var score in scores) sum += score;
        var mean = sum / scores.Length;
        foreach (var score in scores) squares += (score - mean) * (score - mean);
        var deviation = Math.Sqrt(squares / (scores.Length - 1));
        if (!double.IsFinite(deviation) || deviation == 0)
            throw new InvalidOperationException(
                $"the scores of {scores.Length} calibration samples have the mean {mean} and the deviation {deviation}: "
                + "nothing to tell them apart was learned; raise reward.learningRate, reward.epochs or reward.calibrationSamples");
        var bias = weights[ModelLayout.ScoreBias];
        bias[0] = (float)((bias[0] - mean) / deviation);
        foreach (ref var element in weights[ModelLayout.ScoreWeight]) element = (float)(element / deviation);
        return (mean, deviation);
    }
}
