using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>
/// Supervises the evaluations of runs, one child each, from the first request to the last: a child that nobody asks is stopped, one that
/// has stopped by itself is created again for the next request. Persists nothing.
/// </summary>
sealed class EvaluationsSupervisor : ReceiveActor, IWithUnboundedStash
{
    readonly Dictionary<RunId, Entry> _runs = [];
    readonly Func<RunId, Props> _evaluations;

    /// <param name="evaluations">How to create those of a run.</param>
    public EvaluationsSupervisor(Func<RunId, Props> evaluations)
    {
        _evaluations = evaluations;
        Receive<ForEvaluations>(OnRequest);
        Receive<CloseEvaluations>(OnClose);
        Receive<Answered>(message => message.Entry.Waiting--);
        Receive<EvaluationsActor.Idle>(OnIdle);
        Receive<PersistFailed>(OnProblem);
        Receive<StreamRecoveryFailed>(OnProblem);
        Receive<Terminated>(OnTerminated);
    }

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <summary>How to create one.</summary>
    public static Props Props(Store store, IJudges judges, EventCatalogue catalogue, TimeProvider time, TimeSpan deadline) =>
        Akka.Actor.Props.Create(() => new EvaluationsSupervisor(
            run => EvaluationsActor.Props(
                run, store.Artefacts.ClaimedBy(run.Value), judges, catalogue, time, deadline,
                () => BeforeRl(store, run),
                step => AlarmFold.Of(new RunReader(store).Read(run), judges.MetricsOf, null, step, null),
                source => store.Journal.Has(run.TrainingStream, source))));

    /// <summary>What a run's line said before RL; null where that cannot be read: whoever compares with it fails, nobody else.</summary>
    static ContentHash? BeforeRl(Store store, RunId run)
    {
        try
        {
            return LoggedRollout.HeldoutBeforeRl(new RunReader(store).Read(run)) is { } hash && store.Artefacts.Exists(hash) ? hash : null;
        }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return null; }
    }

    void OnRequest(ForEvaluations message)
    {
        if (!_runs.TryGetValue(message.Run, out var entry))
        {
            _runs[message.Run] = entry = new Entry(Context.ActorOf(_evaluations(message.Run), message.Run.Value));
            Context.Watch(entry.Actor);
        }
        if (entry.IsClosing)
        {
            Stash.Stash();
            return;
        }
        entry.Waiting++;
        var (self, asker) = (Self, Sender);
        AnswerAsync(entry, message).ContinueWith(answer =>
        {
            asker.Tell(answer.Result, self);
            self.Tell(new Answered(entry), ActorRefs.NoSender);
        }, TaskScheduler.Default);
    }

    /// <summary>The child's answer; where it stops without one, what is known of that.</summary>
    static async Task<object> AnswerAsync(Entry entry, ForEvaluations message)
    {
        try
        {
            var answer = await entry.Actor.AskAsync<object>(message.Request, entry.Gone.Token).ConfigureAwait(false);
            return answer is PersistFailed ? new EvaluationsLost(message.Run, answer) : answer;
        }
        catch (OperationCanceledException) { return new EvaluationsLost(message.Run, entry.Problem); }
        catch (Exception failed) { return WorkFailure.Of(failed); }
    }

    void OnClose(CloseEvaluations message)
    {
        if (!_runs.TryGetValue(message.Run, out var entry))
        {
            Sender.Tell(new EvaluationsClosed(message.Run));
            return;
        }
        Stash.Stash();
        if (entry.IsClosing) return;
        entry.IsClosing = true;
        Context.Stop(entry.Actor);
    }

    void OnIdle(EvaluationsActor.Idle message)
    {
        if (!_runs.TryGetValue(message.Run, out var entry) || !entry.Actor.Equals(Sender) || entry.Waiting > 0) return;
        entry.IsClosing = true;
        Context.Stop(entry.Actor);
    }

    void OnProblem(object message)
    {
        if (_runs.Values.FirstOrDefault(one => one.Actor.Equals(Sender)) is { } entry) entry.Problem = message;
    }

    void OnTerminated(Terminated message)
    {
        if (_runs.FirstOrDefault(one => one.Value.Actor.Equals(message.ActorRef)) is not { Value: { } entry } found) return;
        _runs.Remove(found.Key);
        entry.Gone.Cancel();
        Stash.UnstashAll();
    }

    sealed record Answered(Entry Entry);

    sealed class Entry(IActorRef actor)
    {
        public IActorRef Actor => actor;
        public int Waiting { get; set; }
        public bool IsClosing { get; set; }
        public object? Problem { get; set; }                 // what it said before it stopped
        public CancellationTokenSource Gone { get; } = new();
    }
}
