using System.CommandLine;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Cli;

/// <summary><c>show</c>: one run, with all that is worth knowing before its events are read.</summary>
static class ShowCommand
{
    public static Command Create()
    {
        var (run, json, source) = (Options.Run(), Options.Json(), new SourceOptions());
        var command = new Command(
            "show", "Shows one run: where it stands, its recipe, last metrics, checkpoints, evaluators, parent and disk use.")
        {
            run, json,
        };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            using var runs = source.Open(parse);
            return await ExecuteAsync(runs, parse.GetRequiredValue(run), parse.GetValue(json), ct).ConfigureAwait(false);
        });
        return command;
    }

    static async Task<int> ExecuteAsync(IRunSource source, string name, bool json, CancellationToken ct)
    {
        var details = await source.ShowAsync(name, ct).ConfigureAwait(false);
        if (json) JsonOutput.Write(details);
        else Print(details, Standing.Words(details, source.Attendance, source.Next("train --resume", details.Run)));
        return ExitCode.Done;
    }

    /// <summary>A row about the steps that were not applied; none where there are none, or where the state says so already.</summary>
    static string[][] NotApplied(RunDetails run) =>
        StepsNotApplied.Words(run.NotApplied, run.Step) is { } words && run.Reason?.Contains(words, StringComparison.Ordinal) is not true
            ? [["not applied", words]]
            : [];

    static string[][] Asked(RunDetails run) => run.Queued is { } queued
        ? [["queued by", queued.By], ["priority", Figures.Of(queued.Priority)]]
        : [];

    static string[][] Alarm(RunDetails run) => run.Alarm is { } alarm
        ? [["alarm", $"at step {Figures.Of(alarm.Step)}: {string.Join(", ", alarm.Series.Select(SeriesTitle.Of))}"]]
        : [];

    static void Print(RunDetails run, string state)
    {
        Tables.Write(["", ""],
        [
            ["run", run.Run], ["recipe", run.Recipe], ["seed", run.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)],
            ["state", run.Reason is null ? state : $"{state}: {run.Reason}"],
            ["step", $"{Figures.Of(run.Step)} of {Figures.Of(run.Steps)}"],
            .. NotApplied(run),
            .. Asked(run),
            ["began", run.Started is { } began ? Figures.Of(began) : "not yet"], ["last event", Figures.Of(run.LastWritten)],
            ["parent", run.Parent is { } parent ? $"{parent.Run} at step {Figures.Of(parent.Step)} ({parent.At})" : "none"],
            .. run.Reused.Select(one => (string[])["taken", $"{one.Stage} from run {one.Run} ({one.At})"]),
            .. Alarm(run),
            ["build", run.Build ?? ""], ["device", run.Device ?? ""], ["head", run.Head], ["trajectory", run.Trajectory],
            ["events", $"{Figures.Of(run.Disk.Events)} ({Readable.Bytes(run.Disk.EventBytes)}){SharedEvents.Words(run.Disk.SharedEvents)}"],
            ["artefacts", $"{Figures.Of(run.Disk.Artefacts)} ({Readable.Bytes(run.Disk.ArtefactBytes)}), "
                + $"{Figures.Of(run.Disk.Removed)} removed, {Figures.Of(run.Disk.Missing)} missing"],
        ]);
        Tables.Write(["checkpoint", ">kl coefficient", "policy"], run.Checkpoints.Select(checkpoint =>
            new[] { $"step {Figures.Of(checkpoint.Step)}", Figures.Of(checkpoint.KlCoefficient), checkpoint.Files["policy"] }));
        Tables.Write(["evaluator", "version", ">judged live", ">held-out later", ">training later", ">failed"], run.Evaluators.Select(one =>
            new[]
            {
                one.Evaluator, one.Version, Figures.Of(one.Live), Figures.Of(one.Later), Figures.Of(one.Training), Figures.Of(one.Failed),
            }));
        BenchmarkTable.Write(run.Benchmarks);
        MetricsTables.Write(run.LastMetrics, run.LastEvaluation);
        Console.Out.Write(SafeText.Of(run.RecipeText));
    }
}
