using System.Threading.Channels;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>The runs of this process as those see them who are no actors: commands go in, answers and news come out.</summary>
public sealed class RunSystem
{
    static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);   // twice what the journal may take

    readonly ActorSystem _system;
    readonly IActorRef _runs, _evaluations, _guard;

    internal RunSystem(ActorSystem system, IActorRef runs, IActorRef evaluations, IActorRef guard) =>
        (_system, _runs, _evaluations, _guard) = (system, runs, evaluations, guard);

    /// <summary>Begins a run, forks one, or goes on with one that a former host left, and returns when its log has been read.</summary>
    /// <param name="note">Hears what a person should know before it begins.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns><see cref="RunView"/>, <see cref="Rejected"/> or <see cref="PersistFailed"/>.</returns>
    /// <exception cref="TimeoutException">
    /// Nothing was heard of it for 10 s; a run that is being prepared, or a log that is read on, however long, is no silence.
    /// </exception>
    public Task<object> LaunchAsync(RunLaunch launch, Action<string> note, CancellationToken ct) => AskAsync(launch.Run, launch, note, ct);

    /// <summary>The same for a run that the caller has prepared.</summary>
    internal Task<object> LaunchAsync(PreparedRun prepared, CancellationToken ct) => AskAsync(prepared.Run, prepared, _ => { }, ct);

    /// <summary>Passes a command on to a run.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns><see cref="RunView"/>, <see cref="Rejected"/> or <see cref="PersistFailed"/>.</returns>
    /// <exception cref="TimeoutException">There was no answer for 10 s.</exception>
    public Task<object> CommandAsync(RunId run, RunCommand command, CancellationToken ct) =>
        AskAsync(run, new ForRun(run, command), _ => { }, ct);

    /// <summary>Puts a run into the host's queue, and returns when the log has it.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns><see cref="Submitted"/> or <see cref="Rejected"/>.</returns>
    /// <exception cref="TimeoutException">There was no answer for 10 s.</exception>
    public Task<object> SubmitAsync(SubmitRun wanted, CancellationToken ct) => AskAsync(wanted.Wanted.Run, wanted, _ => { }, ct);

    /// <summary>
    /// Lets every run come to rest with a checkpoint for good, because the host ends; returns when nobody works any more. Their logs say
    /// what they said.
    /// </summary>
    /// <param name="reason">Why, for people.</param>
    /// <param name="ct">Gives up waiting; the runs come to rest all the same.</param>
    public Task RestAsync(string reason, CancellationToken ct) => _runs.Ask<RunsAtRest>(new RestRuns(reason, ForGood: true), ct);

    /// <summary>The same until <see cref="Raise"/>; does not wait.</summary>
    public void Rest(string reason) => _runs.Tell(new RestRuns(reason, ForGood: false));

    /// <summary>Says why a host that has a scheduler begins no run; null lets it begin them.</summary>
    public void CloseQueue(string? reason) => _runs.Tell(new CloseQueue(reason));

    /// <summary>Lets the runs go on that came to rest.</summary>
    public void Raise() => _runs.Tell(new RaiseRuns());

    /// <summary>Deletes a run at which nobody works; only of a host that has a scheduler.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns><see cref="Actors.Runs.Deletion.DeletionResult"/> or <see cref="Rejected"/>.</returns>
    public Task<object> DeleteAsync(DeleteRun asked, CancellationToken ct) => _runs.Ask<object>(asked, ct);

    /// <summary>What the host works at, and what waits; only of a host that has a scheduler.</summary>
    /// <param name="ct">Gives up waiting.</param>
    public Task<Schedule> ScheduleAsync(CancellationToken ct) => _runs.Ask<Schedule>(new GetSchedule(), ct);

    /// <summary>Passes a request on to the evaluations of a run, which may be over.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The answer that the request names, or <see cref="EvaluationsLost"/>.</returns>
    public Task<object> EvaluationsAsync(RunId run, EvaluationRequest request, CancellationToken ct) =>
        _evaluations.Ask<object>(new ForEvaluations(run, request), ct);

    /// <summary>What is said from now on of a run, <see cref="RunNews"/>, and of the journal, <see cref="JournalReadiness"/>.</summary>
    /// <param name="most">
    /// How much is kept of what was not read yet, the newest; null for all of it, for somebody who reads on and must miss nothing.
    /// </param>
    public async Task<RunFeed> FollowAsync(RunId run, int? most = null)
    {
        var news = most is { } bound
            ? Channel.CreateBounded<object>(new BoundedChannelOptions(bound) { FullMode = BoundedChannelFullMode.DropOldest })
            : Channel.CreateUnbounded<object>();
        Type[] kinds = [typeof(RunNews), typeof(JournalReadiness)];
        return new RunFeed(news.Reader, await FollowAsync(run, kinds, one => news.Writer.TryWrite(one)).ConfigureAwait(false));
    }

    /// <summary>Whether the journal answers.</summary>
    /// <param name="ct">Gives up waiting.</param>
    public Task<JournalReadiness> JournalAsync(CancellationToken ct) => _guard.Ask<JournalReadiness>(new GetJournalReadiness(), ct);

    async Task<object> AskAsync(RunId run, object request, Action<string> note, CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        void Listen() => silence.CancelAfter(s_silence);
        Listen();
        void Hear(object news)
        {
            Listen();
            if (news is RunNoted noted) note(noted.Text);
        }
        Type[] kinds = [typeof(StreamProgress), typeof(RunBeingPrepared), typeof(RunNoted)];
        var follower = await FollowAsync(run, kinds, Hear).ConfigureAwait(false);
        try { return await _runs.Ask<object>(request, silence.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"the journal has not answered for {s_silence.TotalSeconds} s");
        }
        finally { await follower.GracefulStop(s_silence).ConfigureAwait(false); } // it must not hear of the end of what it listens for
    }

    /// <summary>Returns when the follower hears: nothing said later is missed.</summary>
    async Task<IActorRef> FollowAsync(RunId run, Type[] kinds, Action<object> heard)
    {
        var follower = _system.ActorOf(RunFollower.Props(run, kinds, heard));
        await follower.Ask<ActorIdentity>(new Identify(run.Value)).ConfigureAwait(false);
        return follower;
    }
}
