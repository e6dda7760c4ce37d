using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Reports;

/// <summary>A training run's result for people: where it began, where gold was highest, where it ended.</summary>
static class TrainSummary
{
    /// <summary>Writes it to stdout.</summary>
    /// <param name="report">Its figures.</param>
    /// <param name="data">Where it is kept.</param>
    public static void Write(RunRecord run, TrainReport report, DataDirectory data)
    {
        static void Line(string text = "") => Console.Out.Write(SafeText.Of(text) + "\n");
        var points = run.HeldoutPoints();
        var shown = HeldoutSummary.Shown(points);

        var spent = report.Seconds;
        if (run.State.Parent is { } parent)
            Line($"{report.Recipe}, seed {report.Seed}: {Counted.Of(report.Steps - parent.Step, "step")} in "
                + $"{Took(spent.Total)}, after the {parent.Step} that it shares with {parent.Run}");
        else
            Line($"{report.Recipe}, seed {report.Seed}: {Counted.Of(report.Steps, "step")} in {Took(spent.Total)} ("
                + $"SFT {Took(spent.Pretrain)}, preferences {Took(spent.Preferences)}, "
                + $"reward models {Took(spent.RewardModels)}, RL {Took(spent.Rl)})");
        if (StepsNotApplied.Words(report.NotApplied, report.Steps) is { } notApplied) Line($"not applied    {Tables.OneLine(notApplied)}");
        HeldoutSummary.Write(points);
        Line();
        foreach (var line in Completions(run, shown)) Line(line);
        var accuracies = string.Join(", ", report.RewardModels.Select(model => Readable.Percent(model.Accuracy)));
        Line($"reward models  agree with {accuracies} of the held-out labels");
        Line($"speed          {Speed(report.TokensPerSecond.Generate)} tokens/s sampled, "
            + $"{Speed(report.TokensPerSecond.Train)} tokens/s trained");
        Line($"run            {report.Run}");
        Line($"head           {report.Head}");
        Line($"trajectory     {report.Trajectory}");
        Line($"weights        {report.Weights}");
        var disk = DiskUse.Of(run);
        Line($"disk           {Readable.Bytes(disk.EventBytes)} of events, {Readable.Bytes(disk.ArtefactBytes)} in "
            + $"{Counted.Of(disk.Artefacts, "artefact")}, in {Tables.OneLine(report.DataDirectory)}");
        Line($"logs           {Tables.OneLine(data.Logs)}");
        Line();
        Line("next");
        foreach (var command in (string[])["show", "completions", "metrics", "events"])
            Line($"  {NextCommand.Of(command, report.Run, data)}");
    }

    /// <summary>
    /// What the policy answered to one held-out prompt at each point: the
    /// first prompt with a different answer at each, if there is one.
    /// </summary>
    static IEnumerable<string> Completions(RunRecord run, IReadOnlyList<(string Name, HeldoutPoint Point)> shown)
    {
        var steps = shown.Select(one => one.Point.Step).ToHashSet();
        var byPrompt = CompletionView.Of(run, rollout => rollout.Set is not null && steps.Contains(rollout.Step))
            .GroupBy(view => view.Sample).OrderBy(group => group.Key).Select(group => group.ToDictionary(view => view.Step)).ToArray();
        if (byPrompt.Length == 0) yield break;
        var answers = byPrompt.MaxBy(views => views.Values.Select(view => view.Completion).Distinct().Count())!;
        yield return $"prompt         {Tables.OneLine(answers.Values.First().Prompt)}";
        if (answers.Values.First().PromptSeen is { } seen)
            yield return $"  cut to       {Tables.OneLine(seen)}  (all that the policy was given)";
        foreach (var (name, point) in shown)
            if (answers.TryGetValue(point.Step, out var view))
                yield return $"  {name,-12} {Tables.OneLine(view.Completion)}  (proxy {Readable.Of(view.Reward)})";
        yield return "";
    }

    static string Took(double seconds) => Readable.Of(TimeSpan.FromSeconds(seconds));

    static string Speed(double? tokens) => tokens is { } known ? Readable.Rough(known) : "–";
}
