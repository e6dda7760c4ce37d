using System.CommandLine;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>evaluators release RUN EVALUATOR</c>: lets a run ask an evaluator again that is in quarantine.</summary>
static class EvaluatorsReleaseCommand
{
    public static Command Create()
    {
        var (run, data) = (Options.Run(), Options.Data());
        var evaluator = new Argument<string>("EVALUATOR") { Description = "Its id, as 'events RUN --type evaluation.failed' names it." };
        var command = new Command(
            "release", "Ends the quarantine of an evaluator: it failed three times in a row, and the run has not asked it since.")
        {
            run, evaluator, data,
        };
        command.SetAction(parse => ReleaseAsync(parse.GetRequiredValue(run), parse.GetRequiredValue(evaluator), parse.GetValue(data)));
        return command;
    }

    static async Task<int> ReleaseAsync(string name, string evaluator, string? directory)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var run = new RunReader(data.Store).Open(name);
        var quarantine = new Quarantine();
        foreach (var read in run.Evaluations().Where(run.Owns)) quarantine.Add(read.Event);
        var held = quarantine.All.ToArray();
        if (!held.Any(one => one.Evaluator == evaluator))
            return Talk.Refuse(ExitCode.NotFound, $"run {run.Id} has no evaluator '{evaluator}' in quarantine; "
                + (held is [] ? "it asks all of its own" : $"there are {string.Join(", ", held.Select(one => one.Evaluator).Distinct())}"));
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, CancellationToken.None).ConfigureAwait(false);
        foreach (var (_, version) in held.Where(one => one.Evaluator == evaluator))
        {
            var request = new ReleaseEvaluator(evaluator, version, Environment.UserName);
            if (WhyNot(await host.Runs.EvaluationsAsync(run.Id, request, CancellationToken.None).ConfigureAwait(false)) is { } why)
                return Talk.Refuse(ExitCode.Failed, $"the quarantine of {evaluator} {version} was not ended: {why}");
            Talk.Say(IsAsked(host.Evaluators.Registry, run.Id, evaluator, version)
                ? $"run {run.Id} asks the evaluator {evaluator} {version} again"
                : $"the quarantine of {evaluator} {version} has ended, and run {run.Id} asks it once somebody brings that version to it "
                    + "again: it was removed, or another version or another choice of runs took its place");
        }
        return ExitCode.Done;
    }

    /// <summary>Whether a version that no quarantine holds is asked: one that was brought, while it is in force for the run.</summary>
    static bool IsAsked(EvaluatorRegistry registry, RunId run, string evaluator, string version) =>
        registry.All().All(one => one.Facts.Evaluator != evaluator)
        || registry.AskedBy(run).Any(one => one.Facts.Evaluator == evaluator && one.Facts.Version == version);

    static string? WhyNot(object reply) => reply switch
    {
        EvaluatorFree { Released: true } => null,
        EvaluatorFree => "it is in none any more",
        _ => EvaluationsLost.Why(reply),
    };
}
