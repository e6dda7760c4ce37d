using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>
/// The ledger of a run: whether reward-model training, policy training and evaluation are still linked, and if not, which link broke,
/// between which steps, how sure that is, and what it looks like. A pure function of the run's two streams.
/// </summary>
/// <remarks>
/// Source of the question: Lambert and Calandra 2023, The Alignment Ceiling (arXiv 2311.00168). Every figure is a
/// <see cref="Measured"/>, which carries n and the name of its interval; one that is not there is among <see cref="Missing"/>, with why.
/// </remarks>
/// <param name="Run">The run's id.</param>
/// <param name="Recipe">Its recipe's name.</param>
/// <param name="State"><c>running</c>, <c>completed</c> and so on.</param>
/// <param name="Step">The last step.</param>
/// <param name="Head">Head of the training stream, <c>SEQUENCE:HASH</c>: with the run's id it says what was looked at.</param>
/// <param name="Prompts">Held-out prompts that all evaluations asked.</param>
/// <param name="Steps">Steps that were evaluated.</param>
/// <param name="Yardstick">What reward is held against: gold where it is known, else the development score; null without either.</param>
/// <param name="Verdict">What it comes to, in a sentence.</param>
/// <param name="Alarm">The sequential test over development evaluators.</param>
/// <param name="RewardToPolicy">Link 1: does the reward model still know the policy's completions.</param>
/// <param name="PolicyToEvaluation">Link 2: does an evaluation rise where the proxy does, by series.</param>
/// <param name="RewardToEvaluation">Link 3: does the reward order completions as evaluations do, at equal step.</param>
/// <param name="Attribution">What the difference between the advised checkpoint and the last step is made of; null without it.</param>
/// <param name="Checkpoint">Which step to ship; null where nothing may choose.</param>
/// <param name="Missing">Figures that are not there.</param>
public sealed record MismatchLedger(
    string Run, string Recipe, string State, int Step, string Head, int Prompts, IReadOnlyList<int> Steps, string? Yardstick,
    MismatchVerdict Verdict, AlarmFindings? Alarm, RewardToPolicy? RewardToPolicy, IReadOnlyList<EvaluationCurve> PolicyToEvaluation,
    IReadOnlyList<RewardOrder> RewardToEvaluation, MismatchAttribution? Attribution, CheckpointAdvice? Checkpoint,
    IReadOnlyList<MissingFigure> Missing)
{
    /// <summary>δ: a score in [0, 1] that falls by no more than this has not fallen.</summary>
    public const double Delta = .02;

    /// <summary>Makes the ledger of a run.</summary>
    /// <param name="evidence">What its log says.</param>
    /// <param name="alarm">Its alarm, fed with the same log.</param>
    public static MismatchLedger Of(RunEvidence evidence, AlarmFold alarm)
    {
        var run = evidence.Run;
        var missing = new List<MissingFigure>(evidence.Missing);
        var (development, yardstick) = (Mismatch.Yardstick.DevelopmentOf(evidence), Mismatch.Yardstick.Of(evidence));
        if (yardstick is null)
            missing.Add(new MissingFigure(
                "yardstick", "no gold, and no development evaluator with a direction and a range from the start"));
        var curves = evidence.Evaluations.Count < 2 ? [] : EvaluationCurve.All(evidence);
        var advice = CheckpointAdvice.Of(evidence, development, yardstick);
        if (advice is null)
            missing.Add(new MissingFigure("checkpoint", "no development evaluator judged every evaluation: nothing may choose"));
        if (alarm.PassedOver is [var first, ..] passedOver)
            missing.Add(new MissingFigure("alarm", FormattableString.Invariant(
                $"evaluations asked fewer prompts than the first one from step {first} on, {passedOver.Count} in all: ")
                + "they take no part in it"));
        var findings = AlarmFindings.Of(alarm);
        var link1 = RewardToPolicy.Of(evidence, yardstick, missing);
        var order = RewardOrder.All(evidence, yardstick);
        var attribution = MismatchAttribution.Of(evidence, yardstick, advice);
        return new MismatchLedger(
            run.Id.Value, run.Plan.Name, run.State.Status.ToString().ToLowerInvariant(), run.State.Step, run.Head.ToString(),
            evidence.PromptIds.Count, [.. evidence.Evaluations.Select(one => one.Step)], yardstick?.Name,
            MismatchVerdict.Of(evidence, findings, curves, link1, order, advice, yardstick), findings, link1, curves, order, attribution,
            advice, missing);
    }
}
