using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Training;

/// <summary>
/// One run from where it begins to its result, in this process, or to that of its
/// fork where it diverged. Talk goes to stderr, the result alone to stdout.
/// </summary>
static class TrainingSession
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);      // a person waits, and the process has to end

    /// <param name="start">How the run begins.</param>
    /// <param name="directory">The data directory.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(TrainingStart start, string? directory, bool json)
    {
        using var interruption = new Interruption();
        var ct = interruption.Token;
        await start.PrepareAsync(directory, ct).ConfigureAwait(false);
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        for (; ; )
        {
            var launch = start.Launch(data.Store);
            var run = launch.Run;
            UnfinishedRuns.Offer(data, except: run);
            var (recipe, end) = await TrainAsync(launch, data, interruption).ConfigureAwait(false);
            switch (end)
            {
                case null: return ExitCode.Interrupted;
                case RunEnded { View.State.Status: RunStatus.Completed }: return Report(new RunReader(data.Store).Read(run), data, json);
                // A fork that could not even compute its own first step again would be followed by its like for ever.
                case RunEnded { View.State: { Status: RunStatus.Diverged } state }
                    when recipe.Recovery.OnDivergence is DivergenceRule.Fork
                        && !(state.LastStepThatAgreed <= state.Parent?.Step):
                    Talk.Say($"run {run} diverged: {state.Reason}; as its recipe says, a fork goes on from the last step that agreed");
                    start = ForkedRun.WhereItDiverged(new RunReader(data.Store).Read(run), recipe, launch.AcceptBuild);
                    break;
                case RunEnded { View.State: { Status: RunStatus.Diverged } state }:
                    var fork = NextCommand.Of($"fork {run} --at", $"{state.LastStepThatAgreed}", data);
                    Talk.Say($"to go on from the last step that agreed: {fork}");
                    return Fail(run, $"diverged: {state.Reason}", canGoOn: false, data);
                // It came to its end: a script gets its figures, but what a person reads last and alone is that it failed.
                case RunEnded { View.State: { Status: RunStatus.Failed, HasLearnedNothing: true } state }
                    when state.Step == recipe.Rl.Steps:
                    if (json) JsonOutput.Write(TrainReport.Of(new RunReader(data.Store).Read(run), data.Path));
                    return Fail(run, $"failed: {state.Reason}", canGoOn: false, data);
                case RunEnded { View.State: var state }:
                    // What the alarm ended early has come to something: a script gets the figures up to there.
                    if (json && new RunReader(data.Store).Read(run) is var record && WasEndedByItsAlarm(record))
                        JsonOutput.Write(TrainReport.Of(record, data.Path));
                    return Fail(run, $"{Name(state.Status)}: {state.Reason}", canGoOn: !state.IsTerminal, data);
                case RunLost lost: return Fail(run, $"was cut off: {lost.Reason}", lost.CanGoOn, data);
                default: throw new ArgumentOutOfRangeException(nameof(start), end, "the end of a run");
            }
        }
    }

    /// <summary>The recipe that was in force, and how the run ended; null if it was interrupted.</summary>
    static async Task<(Recipe Recipe, RunNews? End)> TrainAsync(RunLaunch launch, DataDirectory data, Interruption interruption)
    {
        var (run, ct) = (launch.Run, interruption.Token);
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, ct).ConfigureAwait(false);
        await using var feed = await host.Runs.FollowAsync(run).ConfigureAwait(false);
        var state = await LaunchAsync(host, launch, data, ct).ConfigureAwait(false);
        var recipe = RecipeInForce.Of(run, state);
        Talk.Say($"run {run} in {data.Path}");
        try { return (recipe, await StderrDisplay.For(recipe, state, []).FollowAsync(feed.News, ct).ConfigureAwait(false)); }
        catch (OperationCanceledException)
        {
            await InterruptAsync(host, run, interruption, data).ConfigureAwait(false);
            return (recipe, null);
        }
    }

    /// <summary>Lets a run come to life; refuses in words.</summary>
    /// <exception cref="LaunchRefusedException">The host does not take it up.</exception>
    internal static async Task<RunState> LaunchAsync(RunHost host, RunLaunch launch, DataDirectory data, CancellationToken ct)
    {
        try
        {
            return await host.Runs.LaunchAsync(launch, Talk.Say, ct).ConfigureAwait(false) switch
            {
                RunView view => view.State,
                Rejected rejected => throw new LaunchRefusedException(rejected, launch),
                var reply => throw data.Store.Settings.Database.Unusable(new InvalidOperationException(Reason(reply))),
            };
        }
        catch (TimeoutException silent) { throw data.Store.Settings.Database.Unusable(silent); }
    }

    /// <summary>
    /// The run comes to rest with a checkpoint. A person's Ctrl-C pauses it then; SIGTERM leaves it as it is, running for whoever comes
    /// next.
    /// </summary>
    static async Task InterruptAsync(RunHost host, RunId run, Interruption interruption, DataDirectory data)
    {
        if (!await host.RestAsync(interruption.ByPerson ? "Ctrl-C" : "SIGTERM", interruption.ForRest).ConfigureAwait(false))
            Talk.Say("what was under way took too long and is dropped; it is done again from the last checkpoint on");
        if (interruption.ByPerson && !new RunReader(data.Store).Read(run).State.IsTerminal
            && await WhyNotPausedAsync(host, run).ConfigureAwait(false) is { } reason)
            Talk.Say($"the run could not be paused: {reason}");
        var state = new RunReader(data.Store).Read(run).State;
        var at = state.Step > 0 ? $"step {state.Step}" : state.Stages is [.., var stage] ? $"stage '{stage.Stage}'" : "its start";
        Talk.Say(state.Status is RunStatus.Running
            ? $"interrupted: run {run} was left after {at}, and is still 'running' in its log"
            : $"interrupted: run {run} is {Name(state.Status)} after {at}");
        Talk.Say("its log and artefacts are kept"
            + (state.IsTerminal ? "" : $"; to go on: {NextCommand.Of("train --resume", run.Value, data)}"));
    }

    static async Task<string?> WhyNotPausedAsync(RunHost host, RunId run)
    {
        using var hurry = new CancellationTokenSource(s_pause);
        try
        {
            var reply = await host.Runs.CommandAsync(run, new PauseRun("Ctrl-C"), hurry.Token).ConfigureAwait(false);
            return reply is RunView ? null : Reason(reply);
        }
        catch (OperationCanceledException) { return $"it has not answered for {s_pause.TotalSeconds} s"; }
    }

    static bool WasEndedByItsAlarm(RunRecord run) => run.State.Status is RunStatus.Paused or RunStatus.Stopped
        && run.HeldoutPoints().Any(point => point.Mismatch?.Step == run.State.Step);

    static int Report(RunRecord run, DataDirectory data, bool json)
    {
        var report = TrainReport.Of(run, data.Path);
        if (json) JsonOutput.Write(report);
        else TrainSummary.Write(run, report, data);
        return ExitCode.Done;
    }

    static int Fail(RunId run, string reason, bool canGoOn, DataDirectory data)
    {
        Talk.Say($"run {run} {reason.TrimEnd('.')}");
        Talk.Say($"what it wrote is kept; what is there: {NextCommand.Of("show", run.Value, data)}; more in the log files in {data.Logs}");
        if (canGoOn) Talk.Say($"to go on when that is mended: {NextCommand.Of("train --resume", run.Value, data)}");
        return ExitCode.Failed;
    }

    static string Reason(object reply) => reply switch
    {
        Rejected rejected => rejected.Reason,
        PersistFailed failed => failed.Reason,
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply, "a run's answer"),
    };

    static string Name(RunStatus status) => status.ToString().ToLowerInvariant();
}
