using System.Globalization;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Mismatch;

/// <summary>A ledger of mismatch on one screen: the verdict, the three links, the evaluations, the checkpoint and the alarm.</summary>
static class LedgerScreen
{
    const int PhrasesShown = 5;

    /// <summary>Writes it to stdout.</summary>
    public static void Write(MismatchLedger ledger)
    {
        Console.Out.WriteLine(SafeText.Of(ledger.Verdict.Sentence));
        Console.Out.WriteLine();
        WriteLink("1  reward model and policy", ledger.Verdict.RewardToPolicy, First(ledger));
        WriteLink("2  policy and evaluation", ledger.Verdict.PolicyToEvaluation, Second(ledger));
        WriteLink("3  reward model and evaluation", ledger.Verdict.RewardToEvaluation, Third(ledger));
        Tables.Write(["evaluation", "role", ">n", ">first", ">best", ">at step", ">last", "change, 95%", "got worse between"],
            ledger.PolicyToEvaluation.OrderBy(curve => curve.Direction == "none").Select(curve => (string[])
            [
                SeriesTitle.Of(curve.Series), curve.Role, Figures.Of(curve.N), Number(curve.Means[0].Value),
                .. curve.Direction == "none" ? (string[])["", ""] : [Number(curve.At(curve.Peak).Value), Figures.Of(curve.Peak)],
                Number(curve.Means[^1].Value) + (curve.Steps[^1] == ledger.Steps[^1] ? "" : $" (step {Figures.Of(curve.Steps[^1])})"),
                Interval(curve.Change),
                curve.FallBy is { } by ? $"steps {Figures.Of(curve.FallNotBefore!.Value)} and {Figures.Of(by)}" : "",
            ]));
        if (ledger.Checkpoint is { } checkpoint) Console.Out.WriteLine(CheckpointLine(checkpoint));
        if (ledger.Alarm is { } alarm) Console.Out.WriteLine(AlarmLine(alarm));
        if (ledger.Attribution is { } attribution) Write(attribution);
        foreach (var missing in ledger.Missing) Console.Out.WriteLine(SafeText.Of($"not here: {missing.Figure}: {missing.Why}"));
    }

    static void WriteLink(string name, LinkState state, string evidence)
    {
        Console.Out.WriteLine($"{name}: {Words(state)}");
        Console.Out.WriteLine(SafeText.Of($"   {evidence}"));
    }

    static string First(MismatchLedger ledger) => ledger.RewardToPolicy?.OwnCompletions is [var first, ..] own
        ? $"it tells pairs of the policy's completions apart: {Of(first.Accuracy)} at step {Figures.Of(first.Step)}"
            + (own is [_, .., var last] ? $", {Of(last.Accuracy)} at step {Figures.Of(last.Step)}" : "")
        : "no pairs of its own completions";

    static string Second(MismatchLedger ledger)
    {
        if (ledger.PolicyToEvaluation.FirstOrDefault(curve => curve.Series == ledger.Yardstick) is not { } curve)
            return ledger.Yardstick is null ? "nothing to hold the reward against" : $"against {SeriesTitle.Of(ledger.Yardstick)}";
        var law = curve.Law switch
        {
            null => "",
            { PastPeak: null } => "; no peak of Gao's law",
            { PastPeak: { Low: > 0 } past } => $"; past Gao's peak by {Number(past.Value)} nats [{Ends(past)}]",
            { PastPeak: { High: < 0 } ahead } => $"; {Number(-ahead.Value)} nats before Gao's peak",
            { PastPeak: var at } => $"; near Gao's peak [{Ends(at)} nats past it]",
        };
        return $"reward {(curve.ProxyChange is { } proxy ? Interval(proxy) : "-")}, "
            + $"{SeriesTitle.Of(curve.Series)} {Interval(curve.Change)}{law}";
    }

    static string Third(MismatchLedger ledger)
    {
        var order = ledger.RewardToEvaluation.Where(one => one.Series == ledger.Yardstick && one.Slice is null).ToArray();
        return order is [var first, .., var last]
            ? $"{first.Statistic} of reward and {SeriesTitle.Of(first.Series)}: {Of(first.Value)} at step {Figures.Of(first.Step)}, "
                + $"{Of(last.Value)} at step {Figures.Of(last.Step)}"
            : "no completions to order";
    }

    static string CheckpointLine(CheckpointAdvice advice)
    {
        var set = $"steps {string.Join(", ", advice.PeakSet.Select(step => Figures.Of(step)))} may be the best";
        var regret = advice.Regret is { } own && advice.RegretOfLast is { } last
            ? $"; by gold it loses {Of(own)}, the last step {Of(last)}"
            : "";
        return $"checkpoint: step {Figures.Of(advice.Step)} ({set}; the proxy would choose {Figures.Of(advice.ByProxy)}{regret})";
    }

    static string AlarmLine(AlarmFindings alarm)
    {
        if (alarm.Series.Count == 0) return "alarm: no series takes part, so that it cannot be raised";
        var evidence = $"evidence {Number(alarm.Evidence)} by now, {Number(alarm.Threshold)} raises it, alpha {Number(alarm.Alpha)}";
        return alarm.RaisedAt is { } step
            ? $"alarm: raised at step {Figures.Of(step)}, most by {SeriesTitle.Of(alarm.Series[0].Series)} ({evidence})"
            : $"alarm: not raised ({evidence}"
                + (alarm.RaisedAtFivePercent is { } early ? $"; at .05 it would have been at step {Figures.Of(early)})" : ")");
    }

    static void Write(MismatchAttribution attribution)
    {
        var between = $"from step {Figures.Of(attribution.From)} to {Figures.Of(attribution.To)}";
        if (attribution.Length is { } length)
            Console.Out.WriteLine($"length: {between} the reward gained {Interval(length.Gain)}"
                + (length.Share is { } share
                    ? $", of which longer completions are {Of(share)}"
                    : ", too little to say how much of it is length"));
        if (attribution.Phrases is [_, ..])
            Console.Out.WriteLine(SafeText.Of($"phrases {between}: " + string.Join("; ", attribution.Phrases.Take(PhrasesShown)
                .Select(one => $"\"{one.Phrase}\" {Number(one.Before.Value)} to {Number(one.After.Value)}"))));
        if (attribution.Moved is [var moved, ..])
        {
            Console.Out.WriteLine(SafeText.Of($"moved most: \"{moved.Prompt}\""));
            Console.Out.WriteLine(SafeText.Of(
                $"  step {Figures.Of(attribution.From)}: \"{moved.Before}\" reward {Number(moved.ProxyBefore)}, "
                + $"score {Number(moved.ScoreBefore)}"));
            Console.Out.WriteLine(SafeText.Of($"  step {Figures.Of(attribution.To)}: \"{moved.After}\" reward {Number(moved.ProxyAfter)}, "
                + $"score {Number(moved.ScoreAfter)}"));
        }
    }

    static string Words(LinkState state) => state switch
    {
        LinkState.Holds => "holds",
        LinkState.Broken => "broken",
        LinkState.NotEstablished => "not established",
        _ => "unknown",
    };

    static string Of(Measured? value) => value is null ? "-" : $"{Number(value.Value)} [{Ends(value)}]";

    static string Interval(Measured value) =>
        $"{(value.Value >= 0 ? "+" : "")}{Number(value.Value)} [{Ends(value)}]";

    static string Ends(Measured value) => value.Low is null && value.High is null
        ? "no interval"
        : $"{(value.Low is { } low ? Number(low) : "-inf")}, {(value.High is { } high ? Number(high) : "inf")}";

    static string Number(double value) => value.ToString(
        Math.Abs(value) >= 1e6 ? "0e+0" : Math.Abs(value) >= 100 ? "0" : "0.00", CultureInfo.InvariantCulture);
}
