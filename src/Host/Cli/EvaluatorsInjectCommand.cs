using System.CommandLine;
using System.Globalization;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>evaluators inject</c>, and <c>evaluators test</c>, which does all of it but to bring the evaluator.</summary>
static class EvaluatorsInjectCommand
{
    public static Command Create()
    {
        var (source, json, evaluator) = (new SourceOptions(), Options.Json(), new EvaluatorOptions());
        var runs = new Option<string[]>("--runs")
        {
            Description = "The runs that ask it; all of them, also those to come, unless given.",
            HelpName = "RUN",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        runs.CompletionSources.Add(RunNames.Of);
        var all = new Option<bool>("--all") { Description = "All runs ask it, which is so unless --runs is given." };
        var backFill = new Option<bool>("--backfill") { Description = "It also judges what the logs of those runs have." };
        var set = SetOption("--backfill-set");
        var command = new Command("inject", "Brings an evaluator: runs ask it from their next evaluation on.")
        {
            runs, all, backFill, set, json,
        };
        evaluator.AddTo(command);
        source.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(runs) is { Implicit: false } && result.GetResult(all) is { Implicit: false })
                result.AddError("give --runs or --all, not both");
        });
        command.SetAction(async (parse, ct) =>
        {
            var request = evaluator.Request(parse) with
            {
                Runs = parse.GetValue(runs),
                BackFill = parse.GetValue(backFill),
                BackFillSet = parse.GetValue(set)!,
            };
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            var line = host is null
                ? await InjectAsync(request, parse.GetValue(source.Data), ct).ConfigureAwait(false)
                : await host.PostAsync<EvaluatorLine>("v1/evaluators", request, ct, request.Patience).ConfigureAwait(false);
            if (parse.GetValue(json)) JsonOutput.Write(line);
            else EvaluatorsCommand.Print(line);
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Test()
    {
        var (source, json, evaluator) = (new SourceOptions(), Options.Json(), new EvaluatorOptions());
        var run = new Option<string>("--run")
        {
            Description = "Whose completions it is tried on; the run that began last unless given.",
            HelpName = "RUN",
            DefaultValueFactory = _ => "latest",
        };
        run.CompletionSources.Add(RunNames.Of);
        var command = new Command("test", "Tries an evaluator on ten completions of a run, and brings nothing.") { run, json };
        evaluator.AddTo(command);
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            var request = evaluator.Request(parse) with { Run = parse.GetValue(run) };
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            var line = host is null
                ? await TryAsync(request, parse.GetValue(source.Data), ct).ConfigureAwait(false)
                : await host.PostAsync<EvaluatorTrialLine>("v1/evaluators/trials", request, ct, request.Patience).ConfigureAwait(false);
            if (parse.GetValue(json)) JsonOutput.Write(line);
            else Print(line);
            return line.Items.Any(item => item.Error is not null) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    /// <summary>Which rollouts: a held-out set by its name, all held-out ones, those of training, or everything.</summary>
    public static Option<string> SetOption(string name) => new(name)
    {
        Description = "Which rollouts: heldout, train, all, or a held-out set by its name.",
        HelpName = "SET",
        DefaultValueFactory = _ => BackFillAsked.Heldout,
    };

    static async Task<EvaluatorLine> InjectAsync(EvaluatorRequest request, string? directory, CancellationToken ct)
    {
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var reader = new RunReader(data.Store);
        RunId[] runs = [.. request.Runs!.Select(reader.Choose)];
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, ct).ConfigureAwait(false);
        var brought = await host.Evaluators.InjectAsync(request.ToWanted(), runs, Environment.UserName, ct).ConfigureAwait(false);
        if (!request.BackFill) return EvaluatorLine.Of(brought);
        var backFills = new BackFills(data.Store, host.Evaluators, new Lazy<RunSystem>(host.Runs));
        var asked = backFills.Ask(brought.Facts.Evaluator, (runs is [] ? reader.Runs() : runs).Select(run => run.Value), StepRange.All,
            request.BackFillSet, Environment.UserName);
        var ended = await backFills.RunAsync(asked, _ => { }, ct).ConfigureAwait(false);
        Talk.Say($"{ended.Judged} rollouts were judged"
            + (ended.Problem is { } problem ? $", {ended.Failed} could not be: {problem}" : ""));
        return EvaluatorLine.Of(brought);
    }

    static async Task<EvaluatorTrialLine> TryAsync(EvaluatorRequest request, string? directory, CancellationToken ct)
    {
        using var data = DataDirectory.OpenForReading(directory);
        await using var evaluators = RunHost.EvaluatorsOf(data);
        return await EvaluatorTrial.OfAsync(data.Store, evaluators, request.ToWanted(), request.Run!, ct).ConfigureAwait(false);
    }

    static void Print(EvaluatorTrialLine trial)
    {
        Talk.Say(FormattableString.Invariant($"{trial.Evaluator} {trial.Version} on run {trial.Run}, step {trial.Step}, ")
            + $"{trial.Set ?? BackFillAsked.Train}; nothing was brought");
        Tables.Write(["completion", "scores"], trial.Items.Select(item => new[]
        {
            SafeText.Of(item.Completion), item.Error ?? string.Join(", ", item.Scores!.Select(Words)),
        }));
    }

    static string Words(KeyValuePair<string, Score> score)
    {
        var value = score.Value.Value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "null";
        return $"{score.Key} {value}" + (score.Value.Extracted is { } text ? $" ({SafeText.Of(text)})" : "");
    }
}
