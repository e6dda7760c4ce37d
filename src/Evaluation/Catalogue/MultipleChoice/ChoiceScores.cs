using System.Text;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>Which choice a model thinks likeliest, and whether it is right.</summary>
/// <remarks>
/// <c>acc</c> is that of lm-evaluation-harness. Its documentation defines <c>acc_norm</c> by bytes, as here; its code divides by
/// characters (and calls the one by bytes <c>acc_bytes</c>), which is the same for ASCII.
/// </remarks>
public static class ChoiceScores
{
    /// <summary>Of how questions are worded and choices scored: other scores are another version.</summary>
    public const string Version = "1.0.0";

    const string Acc = "acc", AccNorm = "acc_norm";

    /// <summary>The two metrics.</summary>
    public static IReadOnlyList<Metric> Metrics { get; } =
    [
        new(Acc, MetricDirection.Higher, MetricRole.Heldout, "1 where the likeliest choice is right, else 0; the first of equals."),
        new(AccNorm, MetricDirection.Higher, MetricRole.Heldout,
            "1 where the choice with the highest log-likelihood per byte of its text (UTF-8) is right, else 0; the first of equals."),
    ];

    /// <summary>Scores a question.</summary>
    /// <param name="id">The item's id.</param>
    /// <param name="answers">What was scored, <see cref="ChoicePrompt.Answers"/>; the space before it counts as no byte of it.</param>
    /// <param name="right">Which is right, from 0.</param>
    /// <param name="logLikelihoods">Sum of the log-probs of each answer's tokens, in nats.</param>
    /// <exception cref="ArgumentException">Answers and log-likelihoods differ in number.</exception>
    public static ItemResult Of(string id, IReadOnlyList<string> answers, int right, IReadOnlyList<double> logLikelihoods)
    {
        if (answers.Count != logLikelihoods.Count)
            throw new ArgumentException($"{answers.Count} answers and {logLikelihoods.Count} log-likelihoods: they are pairs.");
        if (!logLikelihoods.All(double.IsFinite))
            return new FailedItem(id, "the log-likelihood of a choice is not a finite number, so that none is the likeliest");
        var perByte = logLikelihoods.Select((sum, i) => sum / Encoding.UTF8.GetByteCount(answers[i])).ToArray();
        return new ScoredItem(id, new Dictionary<string, Score>
        {
            [Acc] = Score(logLikelihoods),
            [AccNorm] = Score(perByte),
        });

        Score Score(IReadOnlyList<double> values)
        {
            var best = 0;
            for (var i = 1; i < values.Count; i++)
                if (values[i] > values[best]) best = i;
            return new Score(best == right ? 1 : 0, answers[best]);
        }
    }
}
