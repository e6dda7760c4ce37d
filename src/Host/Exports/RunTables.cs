using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Exports;

/// <summary>A run as tables.</summary>
static class RunTables
{
    const string Training = "training";

    /// <summary><c>steps</c>: a row for each step or evaluation, a column for each metric, in ordinal order of their names.</summary>
    public static ExportTable Steps(RunRecord run)
    {
        var steps = StepMetrics.Of(run).ToArray();
        string[] names = [.. steps.SelectMany(step => step.Values.Keys).Distinct().Order(StringComparer.Ordinal)];
        return new ExportTable("steps",
            [new("step", ExportKind.Integer), .. names.Select(name => new ExportColumn(name, ExportKind.Number))],
            steps.Select(step => (object?[])
            [
                step.Step, .. names.Select(name => Finite(step.Values.TryGetValue(name, out var value) ? value : null)),
            ]));
    }

    /// <summary>
    /// <c>completions</c>: a row for each completion, training first, then held-out,
    /// each in order of the steps. One rollout is in memory at a time.
    /// </summary>
    public static ExportTable Completions(RunRecord run)
    {
        var members = run.Training().Concat(run.Evaluations())
            .Select(read => read.Event)
            .OfType<RewardScored>().Select(scored => scored.Members)
            .DefaultIfEmpty().Max();
        string[] names = [.. Enumerable.Range(0, members).Select(member => $"member-{member}")];
        return new ExportTable("completions",
            [
                new("step", ExportKind.Integer), new("set", ExportKind.Text),
                new("promptId", ExportKind.Text), new("sample", ExportKind.Integer),
                new("prompt", ExportKind.Text), new("completion", ExportKind.Text),
                .. names.Select(name => new ExportColumn($"score/{name}", ExportKind.Number)),
                new("reward", ExportKind.Number), new("kl", ExportKind.Number),
                new("length", ExportKind.Integer), new("stopReason", ExportKind.Text),
                new("promptCut", ExportKind.Integer), new("promptSeen", ExportKind.Text),
            ],
            CompletionView.Of(run, _ => true).Select(view => (object?[])
            [
                view.Step, view.Set ?? Training, view.PromptId, view.Sample, view.Prompt, view.Completion,
                .. names.Select(name => Finite(view.Scores.TryGetValue(name, out var score) ? score : null)),
                Finite(view.Reward), Finite(view.Kl), view.Length, view.StopReason,
                view.PromptSeen is null ? 0 : 1, view.PromptSeen ?? "",
            ]));
    }

    static object? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;
}
