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
/// <param name="After">What the page before says is next: how many there were, of training, or behind an h of held-out ones.</param>
/// <param name="Limit">Most completions of a page, 100 unless given.</param>
sealed record CompletionSearch(
    int? Step, string? Set, string? Prompt, string? Text, string? StopReason,
    double? MinReward, double? MaxReward, int? MinLength, int? MaxLength, string? After, int? Limit)
{
    const int UsualPage = 100, MostListed = 1000;
    const string Training = "training", Heldout = "heldout";
    const char HeldoutMark = 'h';
    static readonly string[] s_stopReasons = [.. Enum.GetNames<Models.Sampling.StopReason>().Select(name => name.ToLowerInvariant())];

    /// <summary>A page of what is found: training first, then held-out, each in order of the steps.</summary>
    /// <remarks>The two are counted by themselves, so that a run that goes on moves nothing that comes later.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="ct">Gives up, also where nothing is found for long.</param>
    /// <exception cref="QueryException">Something was asked for that there cannot be.</exception>
    public Page<CompletionView> In(RunRecord run, CancellationToken ct)
    {
        if (Set is not (null or Training or Heldout) && !Set.StartsWith(Heldout + ":", StringComparison.Ordinal))
            throw new QueryException("set", Set, $"{Training}, {Heldout} or {Heldout}:NAME");
        if (StopReason is not null && !s_stopReasons.Contains(StopReason))
            throw new QueryException("stopReason", StopReason, $"one of {string.Join(", ", s_stopReasons)}");
        foreach (var (name, number) in new[] { ("step", Step), ("minLength", MinLength), ("maxLength", MaxLength) })
            QueryException.ThrowUnlessIn(name, number, 0, int.MaxValue);
        foreach (var (name, reward) in new[] { ("minReward", MinReward), ("maxReward", MaxReward) })
            QueryException.ThrowUnlessIn(name, reward, double.MinValue, double.MaxValue);
        QueryException.ThrowUnlessIn("limit", Limit, 1, int.MaxValue);
        var most = Math.Min(Limit ?? UsualPage, MostListed);
        var (isInHeldout, skip) = Place();
        IEnumerable<CompletionView> Part(bool isHeldout) => CompletionView.Of(run, rollout =>
        {
            ct.ThrowIfCancellationRequested();
            return (rollout.Set is not null) == isHeldout && IsWanted(rollout);
        }, Step ?? 0).Where(IsWanted);

        List<CompletionView> found = isInHeldout ? [] : [.. Part(isHeldout: false).Skip(skip).Take(most)];
        var (training, before) = (found.Count, isInHeldout ? skip : 0);
        if (training < most) found.AddRange(Part(isHeldout: true).Skip(before).Take(most - training));
        return new Page<CompletionView>(found, found.Count < most ? null
            : training == most ? Figure(skip + most) : HeldoutMark + Figure(before + found.Count - training));
    }

    static string Figure(int count) => count.ToString(CultureInfo.InvariantCulture);

    (bool IsInHeldout, int Skip) Place()
    {
        var isInHeldout = After is [HeldoutMark, ..];
        return After is null ? (false, 0)
            : int.TryParse(isInHeldout ? After[1..] : After, NumberStyles.None, CultureInfo.InvariantCulture, out var skip)
                ? (isInHeldout, skip)
                : throw new QueryException("after", After, "what a page before says is next");
    }

    bool IsWanted(RolloutCollected rollout) => (Step is null || rollout.Step == Step)
        && (Set is null || Set == (rollout.Set ?? Training) || Set == Heldout && rollout.Set is not null);

    bool IsWanted(CompletionView one) => (Prompt is null || one.PromptId == Prompt) && (StopReason is null || one.StopReason == StopReason)
        && !(one.Reward < MinReward) && !(one.Reward > MaxReward) && !(one.Length < MinLength) && !(one.Length > MaxLength)
        && (Text is null || one.Completion.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || one.Prompt.Contains(Text, StringComparison.OrdinalIgnoreCase));
}
