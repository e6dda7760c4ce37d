using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>
/// What the supervisor of runs lets do on no actor's thread, because it reads files and logs: it prepares runs, and answers for those at
/// which nobody works. Whatever goes wrong is an answer, too.
/// </summary>
/// <param name="store">Where runs are kept; opened for writing.</param>
/// <param name="time">Clock of what is written.</param>
/// <param name="log">Gets what nobody foresaw.</param>
/// <param name="memory">What the host's runs may take together; null for whatever they take.</param>
/// <param name="news">Hears what a person should know, and again and again that a run is being prepared.</param>
sealed class RunDesk(Store store, TimeProvider time, MemoryLimit? memory, ILoggingAdapter log, EventStream news)
{
    static readonly TimeSpan s_signOfLife = TimeSpan.FromSeconds(2);

    readonly RunPreparation _preparation = new(store, time);
    readonly RunQueue _queue = new(store, time, memory);
    readonly CancellationTokenSource _ending = new();
    readonly HashSet<Task> _open = [];

    /// <summary>A <see cref="PreparedRun"/>, or <see cref="Rejected"/>. That may mean steps that are executed again.</summary>
    public Task<object> PrepareAsync(RunLaunch launch) => Begin(launch.Run, async () =>
    {
        void Note(string text) => news.Publish(new RunNoted(launch.Run, text));
        var preparing = Task.Run(() => _preparation.OfAsync(launch, Note, _ending.Token));
        while (!_ending.IsCancellationRequested
            && await Task.WhenAny(preparing, Task.Delay(s_signOfLife)).ConfigureAwait(false) != preparing)
            news.Publish(new RunBeingPrepared(launch.Run));
        return await preparing.ConfigureAwait(false);
    });

    /// <summary>The answer to a command for a run at which nobody works: <see cref="RunView"/> or <see cref="Rejected"/>.</summary>
    public Task<object> AnswerAsync(ForRun message) => Begin(message.Run, () => Task.FromResult(Answer(message)));

    /// <summary>
    /// Writes down what a command leads to, of a run that has no actor; whoever asks lets it go on: <see cref="Recorded"/>, or
    /// <see cref="Rejected"/>.
    /// </summary>
    public Task<object> RecordAsync(ForRun message) =>
        Begin(message.Run, () => Task.FromResult(Record(Read(message.Run), message.Command)));

    /// <summary>Puts a run into the queue: <see cref="Submitted"/>, or <see cref="Rejected"/>.</summary>
    public Task<object> SubmitAsync(SubmitRun message) => Begin(message.Wanted.Run, () =>
    {
        var queued = _queue.Add(message.Wanted, message.By, message.Priority);
        return Task.FromResult<object>(new Submitted(queued) { Memory = Weigh(queued) });
    });

    /// <summary>Bytes that a run is expected to take; 0 where its model cannot be read, which whoever launches it is told.</summary>
    public long Weigh(RunRecord run)
    {
        if (memory is null) return 0;
        try { return MemoryEstimate.Of(run.Recipe, RunShape.Of(run, store)); }
        catch (Exception unknown) when (Refusal.Of(run.Id, unknown).Kind is not RejectionKind.Unforeseen) { return 0; }
    }

    /// <summary>The same for a run that is to be read first.</summary>
    public Task<long> WeighAsync(RunId run) => Task.Run(() => Weigh(Read(run)));

    /// <summary>Deletes a run whose streams nobody has open: <see cref="DeletionResult"/>, or <see cref="Rejected"/>.</summary>
    public Task<object> DeleteAsync(DeleteRun message) => Begin(message.Run, () => Task.FromResult<object>(
        // Runs go on beside it, and would have to wait until the journal's file is written anew.
        RunDeletion.Delete(store, message.Run, message.Force, message.Reason, time, message.By, shrinks: false)));

    /// <summary>Returns when nothing is under way any more.</summary>
    public Task EndAsync()
    {
        _ending.Cancel();
        lock (_open) return Task.WhenAll(_open);
    }

    object Answer(ForRun message)
    {
        var run = Read(message.Run);
        if (!run.State.IsTerminal && !(run.State.IsWaiting && message.Command is StopRun))
            return new Rejected(run.Id, $"the run is {run.State.Status.ToString().ToLowerInvariant()}, and nobody works at it; "
                + "it has to be let go on first");
        return Record(run, message.Command) is var answer && answer is Recorded recorded ? recorded.View : answer;
    }

    RunRecord Read(RunId run)
    {
        var reader = new RunReader(store);
        return reader.Has(run) ? reader.Read(run) : throw reader.NotThere(run.Value);
    }

    object Record(RunRecord run, RunCommand command)
    {
        var decision = Run.Decide(run.State, command);
        return decision.Rejected is { } reason ? new Rejected(run.Id, reason) : new Recorded(_queue.Record(run, decision));
    }

    Task<object> Begin(RunId run, Func<Task<object>> work)
    {
        var task = Task.Run(async () =>
        {
            try { return await work().ConfigureAwait(false); }
            catch (Exception thrown)
            {
                var refused = Refusal.Of(run, thrown);
                if (refused.Kind is RejectionKind.Unforeseen) log.Error(thrown, "{Run} cannot be answered for", run);
                return refused;
            }
        });
        lock (_open) _open.Add(task);
        task.ContinueWith(done => { lock (_open) _open.Remove(done); }, TaskScheduler.Default);
        return task;
    }
}
