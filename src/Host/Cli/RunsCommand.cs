using System.CommandLine;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Cli;

/// <summary><c>runs</c>: the runs of a data directory or a host, in the order in which they were asked for.</summary>
static class RunsCommand
{
    public static Command Create()
    {
        // Recursive: before or after "delete", they are the same options.
        var (source, json) = (new SourceOptions(), Options.Json());
        json.Recursive = true;
        var command = new Command("runs", "Lists the runs, oldest first.") { json, RunsDeleteCommand.Create(source, json) };
        source.AddTo(command, isForThoseBelow: true);
        command.SetAction(async (parse, ct) =>
        {
            using var runs = source.Open(parse);
            return await ExecuteAsync(runs, parse.GetValue(json), ct).ConfigureAwait(false);
        });
        return command;
    }

    static async Task<int> ExecuteAsync(IRunSource source, bool json, CancellationToken ct)
    {
        var answer = await source.ListAsync(ct).ConfigureAwait(false);
        foreach (var damage in answer.Damage) Talk.Say(damage);
        var runs = await answer.AllAsync(ct).ConfigureAwait(false);
        if (json) foreach (var run in runs) JsonOutput.Write(run);
        else Print(runs, source);
        return answer.Damage.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    static void Print(IReadOnlyList<RunLine> runs, IRunSource source)
    {
        var attendance = source.Attendance;
        RunsTable.Write(runs, attendance);
        if (runs.Any(run => Standing.IsAbandoned(run, attendance)))
            Talk.Say($"note: to let a run go on that nobody is training: {source.Next("train --resume", "RUN")}");
    }
}
