using System.Collections.Immutable;
using System.Globalization;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Wording;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>Steps that count but were not applied, for one reason.</summary>
/// <param name="How"><c>skipped</c> or <c>rolled back</c>.</param>
/// <param name="Why">The tensor at fault and what was wrong with it.</param>
/// <param name="Steps">How many.</param>
[MessagePackObject]
public sealed record StepsNotApplied([property: Key(0)] string How, [property: Key(1)] string Why, [property: Key(2)] int Steps)
{
    internal const string Skipped = "skipped", RolledBack = "rolled back";
    const string Logits = "logits (";

    /// <summary>What is said of them all; null if every step was applied.</summary>
    /// <param name="all">Each reason once.</param>
    /// <param name="steps">Steps in all, applied or not.</param>
    public static string? Words(IReadOnlyCollection<StepsNotApplied> all, int steps) => all.Count == 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{all.Sum(one => one.Steps)} of {Counted.Of(steps, "step")} ")
            + $"{(all.Sum(one => one.Steps) == 1 ? "was" : "were")} not applied: "
            + string.Join(", ", all.Select(one =>
                string.Create(CultureInfo.InvariantCulture, $"{one.Steps} {one.How} because {StepFault.Words(one.Why)}")));

    /// <summary>What a person can do against the commonest of the reasons.</summary>
    internal static string Remedy(IReadOnlyCollection<StepsNotApplied> all) => all.MaxBy(one => one.Steps)?.Why switch
    {
        null or "scores (constant)" =>
            "raise rl.episodes, or train reward models that tell completions apart (reward.epochs, preferences.pairs)",
        var why when why.StartsWith("stopReasons", StringComparison.Ordinal) || why.StartsWith("completions", StringComparison.Ordinal) =>
            "let completions end by themselves: raise sampling.maxTokens or pretrain.steps",
        _ => "lower rl.learningRate, or look at the model and the reward models that the run starts from",
    };

    /// <summary>Counts one more.</summary>
    internal static ImmutableArray<StepsNotApplied> Add(ImmutableArray<StepsNotApplied> all, string how, string tensor)
    {
        // The place of the first logit that is not finite is another one every time.
        var why = tensor.StartsWith(Logits, StringComparison.Ordinal) ? "logits (not finite)" : tensor;
        var known = all.FirstOrDefault(one => one.How == how && one.Why == why);
        return known is null ? all.Add(new StepsNotApplied(how, why, 1)) : all.Replace(known, known with { Steps = known.Steps + 1 });
    }
}
