using System.CommandLine;
using System.Text.Json;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>evaluate</c>: lets an evaluator judge what the log of a run has, or a file of completions.</summary>
static class EvaluateCommand
{
    public static Command Create()
    {
        var (source, json, steps, file) = (new SourceOptions(), Options.Json(), Options.Steps("--steps"), new EvaluateFile());
        var run = Options.OptionalRun();
        var evaluator = new Option<string>("--evaluator")
        {
            Description = "Who judges: one of the catalogue ('docs evaluators') or one that was brought ('evaluators list'; with --file "
                + "give --data).",
            HelpName = "ID",
            Required = true,
        };
        var set = EvaluatorsInjectCommand.SetOption("--set");
        var command = new Command(
            "evaluate",
            "Lets an evaluator judge the completions that a run's log has; what it says becomes events of the run. With --file those of a "
                + "file; what it says is printed.")
        {
            run, evaluator, steps, set, json,
        };
        file.AddTo(command);
        source.AddTo(command);
        file.Validate(command, run, [steps.Name, set.Name, .. SourceOptions.OfHosts]);
        command.SetAction(async (parse, ct) =>
        {
            var id = parse.GetRequiredValue(evaluator);
            if (file.IsAsked(parse))
                return await file.RunAsync(parse, id, parse.GetValue(source.Data), parse.GetValue(json), ct).ConfigureAwait(false);
            var (name, wanted) = (parse.GetRequiredValue(run)!, parse.GetValue(steps) ?? StepRange.All);
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            var line = host is null
                ? await HereAsync(parse.GetValue(source.Data), name, id, wanted, parse.GetValue(set)!, ct).ConfigureAwait(false)
                : await ThereAsync(host, name, new EvaluationRequest(id, wanted.ToString(), parse.GetValue(set)!), ct)
                    .ConfigureAwait(false);
            if (parse.GetValue(json)) JsonOutput.Write(line);
            else
                Talk.Say($"{line.Evaluator} {line.Version} judged {line.Judged} rollouts of run {line.Runs[0]} "
                    + "that it had not judged before");
            if (line.Problem is not { } problem) return ExitCode.Done;
            return Talk.Refuse(ExitCode.Failed, $"{line.Failed} rollouts could not be judged: {problem}");
        });
        return command;
    }

    static async Task<BackFillLine> HereAsync(
        string? directory, string name, string evaluator, StepRange steps, string set, CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var run = new RunReader(data.Store).Open(name);
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, ct).ConfigureAwait(false);
        var backFills = new BackFills(data.Store, host.Evaluators, new Lazy<RunSystem>(host.Runs));
        var asked = backFills.Ask(evaluator, run, steps, set, Environment.UserName);
        return BackFillLine.Of(asked, await backFills.RunAsync(asked, _ => { }, ct).ConfigureAwait(false));
    }

    static async Task<BackFillLine> ThereAsync(HostConnection host, string run, EvaluationRequest request, CancellationToken ct)
    {
        var job = await host.DoAsync($"{HostRuns.PathOf(run)}/evaluations", request, _ => { }, ct).ConfigureAwait(false);
        return job.State is JobState.Done
            ? ((JsonElement)job.Result!).Deserialize<BackFillLine>(EventJson.Format)!
            : new BackFillLine(request.Evaluator, "", [run], 0, 0, job.Problem ?? $"the job was {job.State}");
    }
}
