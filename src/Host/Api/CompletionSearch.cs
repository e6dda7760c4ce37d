using System.Globalization;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>Which completions of a run somebody wants to see.</summary>
/// <param name="Step">Only those of this step.</param>
/// <param name="Set">Only those of <c>training</c>, of <c>heldout</c>, or of <c>heldout:NAME</c>.</param>
/// <param name="Prompt">Only those of the prompt with this id, over all steps unless <paramref name="Step"/> is given.</param>
/// <param name="Text">Only those with this text in prompt or completion.</param>
/// <param name="StopReason">Only those that ended so.</param>
/// <param name="MinReward">Only those with this reward or more.</param>
/// <param name="MaxReward">Only those with this reward or less.</param>
/// <param name="MinLength">Only those with so many tokens or more.</param>
/// <param name="MaxLength">Only those with so many tokens or fewer.</param>
/// <param name="After">How many the pages before had.</param>
/// <param name="Limit">Most completions of a page, 100 unless given.</param>
sealed record CompletionSearch(
    int? Step, string? Set, string? Prompt, string? Text, string? StopReason,
    double? MinReward, double? MaxReward, int? MinLength, int? MaxLength, int? After, int? Limit)
{
    const int UsualPage = 100, MostListed = 1000;
    const string Training = "training", Heldout = "heldout";
    static readonly string[] s_stopReasons = [.. Enum.GetNames<Models.Sampling.StopReason>().Select(name => name.ToLowerInvariant())];

    /// <summary>A page of what is found.</summary>
    /// <exception cref="QueryException">Something was asked for that there cannot be.</exception>
    public Page<CompletionView> In(RunRecord run)
    {
        if (Set is not (null or Training or Heldout) && !Set.StartsWith(Heldout + ":", StringComparison.Ordinal))
            throw new QueryException("set", Set, $"{Training}, {Heldout} or {Heldout}:NAME");
        if (StopReason is not null && !s_stopReasons.Contains(StopReason))
            throw new QueryException("stopReason", StopReason, $"one of {string.Join(", ", s_stopReasons)}");
        foreach (var (name, number) in new[] { ("step", Step), ("minLength", MinLength), ("maxLength", MaxLength), ("after", After) })
            QueryException.ThrowUnlessIn(name, number, 0, int.MaxValue);
        foreach (var (name, reward) in new[] { ("minReward", MinReward), ("maxReward", MaxReward) })
            QueryException.ThrowUnlessIn(name, reward, double.MinValue, double.MaxValue);
        QueryException.ThrowUnlessIn("limit", Limit, 1, int.MaxValue);
        var (most, skip) = (Math.Min(Limit ?? UsualPage, MostListed), After ?? 0);
        var found = CompletionView.Of(run, IsWanted, Step ?? 0).Where(IsWanted).Skip(skip).Take(most).ToArray();
        return new Page<CompletionView>(found, found.Length == most ? (skip + most).ToString(CultureInfo.InvariantCulture) : null);
    }

    bool IsWanted(RolloutCollected rollout) => (Step is null || rollout.Step == Step)
        && (Set is null || Set == (rollout.Set ?? Training) || Set == Heldout && rollout.Set is not null);

    bool IsWanted(CompletionView one) => (Prompt is null || one.PromptId == Prompt) && (StopReason is null || one.StopReason == StopReason)
        && !(one.Reward < MinReward) && !(one.Reward > MaxReward) && !(one.Length < MinLength) && !(one.Length > MaxLength)
        && (Text is null || one.Completion.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || one.Prompt.Contains(Text, StringComparison.OrdinalIgnoreCase));
}
