using System.Globalization;
using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What a ledger comes to.</summary>
/// <param name="Sentence">In words.</param>
/// <param name="Mismatch">
/// Whether a mismatch is established: an evaluation fell by more than δ while the proxy rose, or the alarm was raised.
/// </param>
/// <param name="Series">The evaluation that fell while the reward rose and of which the sentence speaks first; null where none did.</param>
/// <param name="NotBefore">The first step at which it may have begun; null where that is not established.</param>
/// <param name="By">The step by which it had begun.</param>
/// <param name="RewardToPolicy">Link 1.</param>
/// <param name="PolicyToEvaluation">Link 2.</param>
/// <param name="RewardToEvaluation">Link 3.</param>
public sealed record MismatchVerdict(
    string Sentence, bool Mismatch, string? Series, int? NotBefore, int? By, LinkState RewardToPolicy, LinkState PolicyToEvaluation,
    LinkState RewardToEvaluation)
{
    /// <summary>The verdict on what was found.</summary>
    internal static MismatchVerdict Of(
        RunEvidence evidence, AlarmFindings? alarm, IReadOnlyList<EvaluationCurve> curves, RewardToPolicy? link1,
        IReadOnlyList<RewardOrder> order, CheckpointAdvice? advice, Yardstick? yardstick)
    {
        var steps = evidence.Evaluations;
        if (steps.Count < 2)
            return new MismatchVerdict(
                $"Not enough to say: {(steps.Count == 0 ? "no step was" : "only step 0 was")} evaluated on held-out prompts.",
                false, null, null, null, LinkState.Unknown, LinkState.Unknown, LinkState.Unknown);
        // Gold first, then what falls earliest.
        var fallen = curves.Where(curve => curve.FellWhileProxyRose)
            .Where(curve => curve.Series != Yardstick.Development || curve.Series == yardstick?.Name)
            .OrderByDescending(curve => curve.Series == yardstick?.Name).ThenBy(curve => curve.FallBy).ToArray();
        var (mismatch, first) = (fallen.Length > 0 || alarm?.RaisedAt is not null, fallen.FirstOrDefault());
        var (one, three) = (FirstLink(link1), ThirdLink(order, yardstick, steps[^1].Step));
        var two = mismatch ? LinkState.Broken : SecondLink(curves, yardstick);
        var unlinked = one is LinkState.Broken || three is LinkState.Broken ? yardstick : null;
        var words = new List<string> { What(first, alarm, curves, unlinked) };
        if (fallen.Length > 1)
            words.Add($"Worse, too: {string.Join(", ", fallen.Skip(1).Take(3).Select(curve => SeriesTitle.Of(curve.Series)))}"
                + $"{(fallen.Length > 4 ? $" and {Number(fallen.Length - 4)} more" : "")}.");
        if (mismatch && first is not null && alarm is not null)
            words.Add(alarm.RaisedAt is { } at
                ? $"The alarm, which sees development evaluations only, was raised at step {Number(at)}."
                : "The alarm, which sees development evaluations only, was not raised.");
        if (advice is not null) words.Add(advice.Step == steps[^1].Step
            ? $"Take the last step, {Number(advice.Step)}."
            : advice.Step == 0
                ? $"{(mismatch ? "Take the policy before RL: by" : "By")} the development evaluations no step is established to be better"
                    + (mismatch ? "." : " than the policy before RL.")
                : $"Take the checkpoint of step {Number(advice.Step)}.");
        return new MismatchVerdict(
            string.Join(' ', words), mismatch, first?.Series, first?.FallNotBefore, first?.FallBy ?? alarm?.RaisedAt, one, two, three);
    }

    /// <param name="unlinked">What the reward is no longer linked to by link 1 or 3; null where neither is broken.</param>
    static string What(EvaluationCurve? first, AlarmFindings? alarm, IReadOnlyList<EvaluationCurve> curves, Yardstick? unlinked)
    {
        if (first is not null)
            return $"The reward rose while {SeriesTitle.Of(first.Series)} "
                + $"{(first.Direction == "lower" ? "got worse" : "fell")}: {Words(first)}.";
        if (alarm?.RaisedAt is { } raised)
            return $"The alarm was raised at step {Number(raised)}: a development evaluation fell while the reward rose.";
        if (curves.All(curve => curve.Direction == "none")) return "Nothing can be said: no evaluation says which way is better.";
        return unlinked is null
            ? "No mismatch is established: of no evaluation it is proven that it fell by more than δ while the reward rose."
            : $"The reward and {SeriesTitle.Of(unlinked.Name)} are no longer linked, though it is not proven that an evaluation fell by "
                + "more than δ while the reward rose.";
    }

    static LinkState FirstLink(RewardToPolicy? link) => link?.OwnCompletions.LastOrDefault()?.Accuracy switch
    {
        null => LinkState.Unknown,
        { Low: > .5 } => LinkState.Holds,
        { High: < .5 } => LinkState.Broken,
        _ => LinkState.NotEstablished,
    };

    static LinkState SecondLink(IReadOnlyList<EvaluationCurve> curves, Yardstick? yardstick) =>
        curves.FirstOrDefault(curve => curve.Series == yardstick?.Name) switch
        {
            null => LinkState.Unknown,
            { ProxyChange: { Low: > 0 } } curve when (curve.Direction == "lower" ? -curve.Change.High : curve.Change.Low) > 0 =>
                LinkState.Holds,
            _ => LinkState.NotEstablished,
        };

    static LinkState ThirdLink(IReadOnlyList<RewardOrder> order, Yardstick? yardstick, int last) =>
        order.FirstOrDefault(one => one.Series == yardstick?.Name && one.Step == last && one.Slice is null) switch
        {
            null or { Value: null } => LinkState.Unknown,
            { Holds: true } => LinkState.Holds,
            { IsReversed: true } => LinkState.Broken,
            _ => LinkState.NotEstablished,
        };

    static string Words(EvaluationCurve curve)
    {
        var (from, by, last) = (curve.FellFrom!.Value, curve.FallBy!.Value, curve.Steps[^1]);
        var onset = curve.FallNotBefore == by
            ? $"by step {Number(by)}"
            : $"between steps {Number(curve.FallNotBefore!.Value)} and {Number(by)}";
        return $"from {Figure(curve.At(from))} at step {Number(from)} to {Figure(curve.At(by))} at step {Number(by)}, "
            + $"{(curve.Direction == "lower" ? "which" : "a fall that")} began {onset}"
            + (last == by ? "" : $"; at the last step, {Number(last)}, it is {Figure(curve.At(last))}");
    }

    static string Figure(Measured value) => value.Value.ToString("0.00", CultureInfo.InvariantCulture);

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
