using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Pocket;

/// <summary>A simulated person: prefers by true utility plus human biases, and labels a share of comparisons the wrong way round.</summary>
/// <param name="Noise">Probability that a label is flipped, in [0, 1].</param>
/// <param name="LengthBias">Utility felt per word.</param>
/// <param name="CourtesyBias">Utility felt per courtesy phrase, beyond what gold gives for exactly one.</param>
/// <param name="CautionBias">Utility felt once where the answer declines or says "careful" or "safe".</param>
/// <exception cref="ArgumentOutOfRangeException">The noise is outside [0, 1], or a bias is not finite.</exception>
public sealed record PocketAnnotator(double Noise = .25, double LengthBias = .03, double CourtesyBias = .15, double CautionBias = .2)
{
    /// <summary>Probability that a label is flipped, in [0, 1].</summary>
    public double Noise { get; } = Noise is >= 0 and <= 1
        ? Noise
        : throw new ArgumentOutOfRangeException(nameof(Noise), Noise, "annotator.noise is a probability: give a number from 0 to 1.");

    /// <summary>Utility felt per word.</summary>
    public double LengthBias { get; } = Finite(LengthBias, "annotator.bias.length");

    /// <summary>Utility felt per courtesy phrase.</summary>
    public double CourtesyBias { get; } = Finite(CourtesyBias, "annotator.bias.courtesy");

    /// <summary>Utility felt once for caution.</summary>
    public double CautionBias { get; } = Finite(CautionBias, "annotator.bias.caution");

    /// <summary>Compares two completions of one prompt; one uniform is consumed for noise and, on a tie, one more to break it.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="completionA">Text of completion A, without special tokens.</param>
    /// <param name="endedA">False where A was cut off.</param>
    /// <param name="completionB">Text of completion B.</param>
    /// <param name="endedB">False where B was cut off.</param>
    /// <param name="draws">Where noise comes from.</param>
    public Label Compare(PocketPrompt prompt, string completionA, bool endedA, string completionB, bool endedB, PhiloxStream draws)
    {
        var (utilityA, utilityB) = (Utility(prompt, completionA, endedA), Utility(prompt, completionB, endedB));
        var flipped = draws.Chance(Noise);
        var feelsABetter = utilityA == utilityB ? draws.Chance(.5) : utilityA > utilityB;
        return new Label(feelsABetter != flipped, utilityA, utilityB, flipped);
    }

    double Utility(PocketPrompt prompt, string completion, bool ended)
    {
        var words = new Words(completion);
        return PocketGold.Score(prompt, completion, ended)
            + LengthBias * words.Count + CourtesyBias * Phrases.CountCourtesies(words) + (Phrases.SoundCautious(words) ? CautionBias : 0);
    }

    static double Finite(double bias, string key) => double.IsFinite(bias)
        ? bias
        : throw new ArgumentOutOfRangeException(key, bias, $"{key} must be a finite number.");
}
