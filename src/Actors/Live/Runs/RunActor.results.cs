using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Runs;

// What becomes of a piece of work that is done: decided on, stored, told to whoever looks on, and gone on from.
sealed partial class RunActor
{
    void OnDone(WorkDone message)
    {
        if (message.Work != _current) return;         // the answer to a question of an earlier life
        var result = message.Result;
        _telemetry.Computed();
        if (result.Command is RecordStep again && again.Step <= _state.Step)
        {
            // A step that was executed again must give what the log says.
            if (_comparison.FirstDifference(_logged.Of(again.Step)!, again.Events) is not { } difference) Advance(result);
            else Store(Run.Decide(_state, new RecordDivergence(new RunDiverged(again.Step, difference.Event, difference.What))), [], Free);
        }
        else if (result.Command is { } command) Store(Run.Decide(_state, command), result.Events, () =>
        {
            _telemetry.Stored(result);
            _setbacks.Progress();
            Advance(result);
        });
        else
        {
            _setbacks.Succeed(message.Work.Name);
            Advance(result);
        }
    }

    void Store(Decision decision, IReadOnlyList<TimedEvent> timed, Action then)
    {
        if (decision.Rejected is { } reason)
        {
            if (_state.Status is RunStatus.Running)
                throw new InvalidOperationException($"{_run.Id}: the result of {_current?.Name} is impossible: {reason}");
            // The run was paused, stopped or failed meanwhile: what came too late is dropped, and with it what the policy learned.
            _log.Info("{Run}: the result of {Work} is dropped: {Reason}", _run.Id, _current?.Name, reason);
            Lose($"the result of {_current?.Name} came after the run was paused");
            Free();
            return;
        }
        var durations = timed.ToDictionary(
            one => one.Fact, one => one.Duration, (IEqualityComparer<IEvent>)ReferenceEqualityComparer.Instance);
        PersistEvents([.. decision.Events.Select(fact => new TimedEvent(fact, durations.GetValueOrDefault(fact)))], () =>
        {
            OnStored(decision.Events);
            ContentHash[] removed = [.. decision.Events.OfType<ArtefactRemoved>().Select(one => one.Hash)];
            if (removed.Length == 0) then();
            // It reads other runs' logs, which the dispatcher's threads are not for.
            else Task.Run(() => _retention.Delete(_run.Id, removed))
                .PipeTo(Self, Self, failure => new Retained(removed.Length, failure, then));
        });
    }

    /// <summary>Everything that follows from events as soon as the log has them.</summary>
    void OnStored(IReadOnlyList<IEvent> events)
    {
        _run.Artefacts.Named(events.SelectMany(NamedArtefacts.In));
        if (events.Any(fact => fact is CheckpointSaved)) SaveState();
        _witness.Tell(Head, events);
    }

    void OnRetained(Retained message)
    {
        if (message.Failure is { } failure)
            _log.Warning(failure, "{Run}: of {Count} artefacts that retention removed some stay as files, until 'disk --collect'",
                _run.Id, message.Count);
        message.Then();
    }

    void Advance(WorkResult result)
    {
        result.Then();
        if (result.Announcement is { } announcement) Context.System.EventStream.Publish(announcement);
        if (result.Alarm is { } alarm) _webhook.Tell(alarm);
        if (result.Next is { } next)
        {
            // Before anything else is begun: what it computed would be dropped.
            _current = null;
            Self.Tell(next, ActorRefs.NoSender);
            return;
        }
        Free();
    }

    void Free()
    {
        _current = null;
        Continue();
    }
}
