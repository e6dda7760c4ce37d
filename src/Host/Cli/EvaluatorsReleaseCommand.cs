using System.CommandLine;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>evaluators release RUN EVALUATOR</c>: lets a run ask an evaluator again that is in quarantine.</summary>
static class EvaluatorsReleaseCommand
{
    public static Command Create()
    {
        var (run, source, json) = (Options.Run(), new SourceOptions(), Options.Json());
        var evaluator = new Argument<string>("EVALUATOR") { Description = "Its id, as 'events RUN --type evaluation.failed' names it." };
        var command = new Command(
            "release", "Ends the quarantine of an evaluator: it failed three times in a row, and the run has not asked it since.")
        {
            run, evaluator, json,
        };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            var (name, id) = (parse.GetRequiredValue(run), parse.GetRequiredValue(evaluator));
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            var released = host is null
                ? await HereAsync(parse.GetValue(source.Data), name, id, ct).ConfigureAwait(false)
                : await host.PostAsync<ReleaseLine>(
                    $"{HostRuns.PathOf(name)}/evaluators/{Uri.EscapeDataString(id)}/release", new { }, ct).ConfigureAwait(false);
            if (parse.GetValue(json)) JsonOutput.Write(released);
            else Talk.Say(Words(released));
            return ExitCode.Done;
        });
        return command;
    }

    static async Task<ReleaseLine> HereAsync(string? directory, string name, string evaluator, CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var run = new RunReader(data.Store).Open(name);
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, ct).ConfigureAwait(false);
        return await new QuarantineRelease(host.Evaluators, new Lazy<RunSystem>(host.Runs))
            .RunAsync(run, evaluator, Environment.UserName, ct).ConfigureAwait(false);
    }

    static string Words(ReleaseLine one)
    {
        var which = $"{one.Evaluator} {string.Join(", ", one.Versions)}";
        return one.Asked
            ? $"run {one.Run} asks the evaluator {which} again"
            : $"the quarantine of {which} has ended, and run {one.Run} asks it once somebody brings that version to it again: it was "
                + "removed, or another version or another choice of runs took its place";
    }
}
