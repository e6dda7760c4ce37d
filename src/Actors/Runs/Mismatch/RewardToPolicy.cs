using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Comparisons;
using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>Link 1: do the reward models still know what they score, the policy's completions.</summary>
/// <param name="Members">Each reward model on comparisons.</param>
/// <param name="AccuracyCeiling">
/// 1 − η: no model exceeds it where a share η of the labels was flipped; null where nobody knows η, or more than half were.
/// </param>
/// <param name="BrierFloor">η(1 − η), likewise.</param>
/// <param name="OwnCompletions">The proxy on pairs of the policy's own completions, by step; empty without a yardstick.</param>
/// <param name="Calibration">The proxy's margins on the pairs of the last step; null without a yardstick or without pairs.</param>
/// <param name="Disagreement">
/// Mean population standard deviation of the members' scores of a completion, by evaluated step, as <c>heldout/member_std</c>; empty for
/// one member.
/// </param>
/// <param name="WinnersCurse">
/// How much of the gain by choosing the step with the highest score per prompt is lost with a member that did not choose; null with fewer
/// than three members.
/// </param>
/// <param name="OverOptimisation">
/// Gain of the proxy less gain of the yardstick from step 0 to the last, each in standard deviations of step 0; null without a yardstick.
/// </param>
public sealed record RewardToPolicy(
    IReadOnlyList<RewardToPolicy.Member> Members, double? AccuracyCeiling, double? BrierFloor,
    IReadOnlyList<RewardToPolicy.OwnPairs> OwnCompletions, Calibration? Calibration, IReadOnlyList<Measured> Disagreement,
    WinnersCurse? WinnersCurse, Measured? OverOptimisation)
{
    const int FewestMembersForCurse = 3;

    /// <summary>A reward model on comparisons.</summary>
    /// <param name="Index">From 0.</param>
    /// <param name="HeldoutAccuracy">On held-out comparisons against the labels as given; a tie counts half.</param>
    /// <param name="TrainingAccuracy">On those that it learnt from, over its last epoch.</param>
    /// <param name="OverFitting">Training less held-out: the same figure on another split, and not over-optimisation.</param>
    /// <param name="CalibrationError">Expected calibration error on held-out comparisons, 10 bins; the log has no interval of it.</param>
    public sealed record Member(
        int Index, Measured? HeldoutAccuracy, Measured? TrainingAccuracy, Measured? OverFitting, double CalibrationError);

    /// <summary>The proxy on pairs of a prompt's completions at step 0 and at another step that differ by the yardstick.</summary>
    /// <param name="Step">The other step.</param>
    /// <param name="SqrtKl">√KL there, √nats; null where nobody measured it.</param>
    /// <param name="Accuracy">
    /// Share of pairs in which the proxy is higher where the yardstick is; a tie counts half. Null without pairs.
    /// </param>
    public sealed record OwnPairs(int Step, double? SqrtKl, Measured? Accuracy);

    /// <summary>What a run's log says of it.</summary>
    /// <returns>Null without evaluations.</returns>
    internal static RewardToPolicy? Of(RunEvidence evidence, Yardstick? yardstick, List<MissingFigure> missing)
    {
        var (steps, preferences) = (evidence.Evaluations, evidence.Preferences);
        if (steps.Count == 0) return null;
        if (preferences.Models.Count == 0) missing.Add(new MissingFigure("rewardToPolicy.members", "the log has no reward models"));
        var members = steps[0].Members.Length;
        if (members < FewestMembersForCurse)
            missing.Add(new MissingFigure(
                "rewardToPolicy.winnersCurse", $"it needs {FewestMembersForCurse} reward models, and the run has {members}"));
        if (members < 2) missing.Add(new MissingFigure("rewardToPolicy.disagreement", "the run has one reward model"));
        OwnPairs[] own = yardstick is null
            ? []
            : [.. Enumerable.Range(1, steps.Count - 1).Select(k =>
                new OwnPairs(steps[k].Step, steps[k].Distance, AccuracyOf(evidence, yardstick, k)))];
        var margins = yardstick is null || steps.Count < 2 ? [] : Margins(evidence, yardstick, steps.Count - 1);
        return new RewardToPolicy(
            [.. preferences.Models.Select(model => MemberOf(model, preferences.Training))],
            preferences.Noise is <= .5 and var noise ? LabelNoise.AccuracyCeiling(noise) : null,
            preferences.Noise is <= .5 and var share ? LabelNoise.BrierFloor(share) : null,
            own, margins.Length == 0 ? null : Evaluation.Statistics.RewardModels.Calibration.Of(margins),
            members < 2 || steps.Any(one => Deviations(one).Length == 0) ? [] : [.. steps.Select(one => MeanInterval.Of(Deviations(one)))],
            members < FewestMembersForCurse || steps.Count < 2 ? null : Curse(evidence),
            yardstick is null || steps.Count < 2 ? null : GapOf(evidence, yardstick));
    }

    static Member MemberOf(Facts.RewardModelTrained model, int? training)
    {
        var (right, all) = ((int)Math.Round(model.Accuracy * model.Comparisons), model.Comparisons);
        var heldout = Proportion.Of(right, all);
        if (training is not { } learnt || learnt == 0) return new Member(model.Member, heldout, null, null, model.CalibrationError);
        var known = (int)Math.Round(model.TrainingAccuracy * learnt);
        return new Member(
            model.Member, heldout, Proportion.Of(known, learnt), Proportion.Difference(known, learnt, right, all), model.CalibrationError);
    }

    /// <summary>The proxy's margins, the better completion's score less the other's, where the yardstick tells two apart.</summary>
    static double[] Margins(RunEvidence evidence, Yardstick yardstick, int k)
    {
        var (before, after) = (yardstick.Of(evidence.Evaluations[0].Proxy), yardstick.Of(evidence.Evaluations[k].Proxy));
        return
        [
            .. Enumerable.Range(0, yardstick.Prompts.Count)
                .Where(i => yardstick.Scores[k][i] != yardstick.Scores[0][i] && double.IsFinite(after[i] - before[i]))
                .Select(i => yardstick.Scores[k][i] > yardstick.Scores[0][i] ? after[i] - before[i] : before[i] - after[i]),
        ];
    }

    static Measured? AccuracyOf(RunEvidence evidence, Yardstick yardstick, int k)
    {
        var margins = Margins(evidence, yardstick, k);
        return Proportion.Of(
            (int)Math.Round(margins.Sum(margin => margin > 0 ? 1 : margin == 0 ? .5 : 0), MidpointRounding.ToEven), margins.Length);
    }

    static double[] Deviations(HeldoutEvidence step) =>
    [
        .. Enumerable.Range(0, step.Proxy.Length)
            .Select(i => step.Members.Select(scores => (double)scores[i]).ToArray())
            .Where(scores => scores.All(double.IsFinite))
            .Select(scores =>
            {
                var mean = scores.Average();
                return Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / scores.Length);
            }),
    ];

    static WinnersCurse? Curse(RunEvidence evidence)
    {
        var (steps, members) = (evidence.Evaluations, evidence.Evaluations[0].Members.Length);
        var prompts = new List<double[,]>();
        for (var i = 0; i < evidence.PromptIds.Count; i++)
        {
            var scores = new double[steps.Count, members];
            for (var k = 0; k < steps.Count; k++)
                for (var m = 0; m < members; m++) scores[k, m] = steps[k].Members[m][i];
            if (scores.Cast<double>().All(double.IsFinite)) prompts.Add(scores);
        }
        // The members were standardised on the SFT policy's samples when they were trained.
        return prompts.Count == 0
            ? null
            : Evaluation.Statistics.RewardModels.WinnersCurse.OfStandardised(prompts, evidence.Run.Plan.Seed);
    }

    static Measured? GapOf(RunEvidence evidence, Yardstick yardstick)
    {
        StepScores Scores(int k) => new(yardstick.Of(evidence.Evaluations[k].Proxy), yardstick.Scores[k]);
        var (first, last) = (Scores(0), Scores(evidence.Evaluations.Count - 1));
        return first.Proxy.Concat(last.Proxy).All(double.IsFinite) ? StandardisedGap.Of(first, first, last) : null;
    }
}
