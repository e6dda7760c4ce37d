using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>What went wrong, when, and which checkpoint to take: what is understood within a minute.</summary>
static class VerdictSection
{
    public static Section Of(RunContent run)
    {
        var (ledger, verdict) = (run.Ledger, run.Ledger.Verdict);
        return new Section("verdict", "Verdict",
        [
            new Paragraph(verdict.Sentence, IsLead: true),
            new Facts([What(run), When(run), Take(ledger), Alarm(ledger)]),
            new Facts(
            [
                Link(1, "reward model and policy", verdict.RewardToPolicy, "Does the reward model still know what the policy writes?"),
                Link(2, "policy and evaluation", verdict.PolicyToEvaluation, "Does quality rise where reward does?"),
                Link(3, "reward model and evaluation", verdict.RewardToEvaluation, "Does reward order completions as quality does?"),
            ]),
            new Paragraph("Every interval is 95%. A link is “broken” or “holds” only where that is established; everything else may be "
                + "chance."),
        ]);
    }

    static Fact What(RunContent run)
    {
        if ((run.Fallen ?? run.ScoreCurve) is not { } curve)
            return new Fact("policyToEvaluation", "What happened", "not known", "No evaluation judged at least two steps.", "open");
        var fell = curve.FellWhileProxyRose;
        var (from, by) = fell ? (curve.FellFrom!.Value, curve.FallBy!.Value) : (curve.Steps[0], curve.Steps[^1]);
        var reward = (fell ? curve.ProxyChangeInFall : curve.ProxyChange) is { } change ? Shown.Change(change) : "by what nobody measured";
        return new Fact(
            $"policyToEvaluation/{curve.Series}",
            fell ? "What went wrong" : "What happened",
            fell
                ? $"{SeriesTitle.Of(curve.Series)} {Shown.Number(curve.At(from).Value)} → {Shown.Number(curve.Means[^1].Value)}"
                : $"{SeriesTitle.Of(curve.Series)} {Shown.Change(curve.Change)}",
            (fell ? $"Proven by step {Figures.Of(by)}: it was {Shown.Number(curve.At(by).Value)} there, and at step {Figures.Of(from)} "
                + $"{Shown.Number(curve.At(from).Value)}; between the two" : "Meanwhile")
                + $" the reward changed by {reward}.",
            fell ? "bad" : "");
    }

    static Fact When(RunContent run) => run.Fallen is { } curve
        ? new Fact(
            "verdict/notBefore", "When it began", Shown.Between(curve.FallNotBefore!.Value, curve.FallBy!.Value),
            $"Not established before the first of these; by the second a fall by more than {Shown.Number(MismatchLedger.Delta)} of the "
                + "range is proven.",
            "bad")
        : run.Ledger.Verdict.By is { } by
            ? new Fact("verdict/by", "When it began", $"by step {Figures.Of(by)}", "The alarm says so.", "bad")
            : new Fact("verdict/by", "When it began", "no fall established", "No evaluation fell by more than δ while the reward rose.",
                "good");

    static Fact Take(MismatchLedger ledger)
    {
        if (ledger.Checkpoint is not { } advice)
            return new Fact("checkpoint", "Which checkpoint", "nothing may choose", "No development evaluator judged every step.", "open");
        var loses = advice.Regret is { } own && advice.RegretOfLast is { } last
            ? $" Judged by gold it loses {Shown.Value(own)} against the best step; the last step loses {Shown.Value(last)}. "
                + "(Chosen on one half of the prompts, compared on the other: where nothing is lost it scatters around 0.)"
            : "";
        return new Fact(
            "checkpoint/step", "Which checkpoint to take", advice.Step == 0 ? "step 0, before RL" : $"step {Figures.Of(advice.Step)}",
            $"By the development evaluations the best may be any of steps {Shown.Steps(advice.PeakSet)}: the earliest of these. "
                + $"The reward alone would choose step {Figures.Of(advice.ByProxy)}.{loses}",
            "good");
    }

    static Fact Alarm(MismatchLedger ledger)
    {
        if (ledger.Alarm is not { } alarm) return new Fact("alarm", "Alarm", "none", "There was no evaluation for it to see.", "open");
        var evidence = $"Evidence {Shown.Number(alarm.Evidence)}, threshold {Shown.Number(alarm.Threshold)}; "
            + $"a run without a fall would ever raise it with probability {Shown.Number(alarm.Alpha)} at most.";
        return alarm.RaisedAt is { } step
            ? new Fact(
                "alarm/raisedAt", "How it could have been known", $"alarm at step {Figures.Of(step)}",
                $"It sees development evaluations only; {SeriesTitle.Of(alarm.Series[0].Series)} says most. {evidence}", "bad")
            : new Fact("alarm/raisedAt", "Alarm", "not raised", evidence, "good");
    }

    static Fact Link(int number, string between, LinkState state, string question) => new(
        $"verdict/link{Figures.Of(number)}", $"Link {Figures.Of(number)}: {between}", Shown.Words(state), question,
        state switch { LinkState.Holds => "good", LinkState.Broken => "bad", _ => "open" });
}
