using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Mismatch;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>The alarm of a run that goes on: reads what the log has when it is first asked, and then each evaluation as it comes.</summary>
/// <remarks>
/// Failure policy: safe. What it cannot read makes it silent, and never stops a run: the ledger finds the same alarm from the log whenever
/// somebody asks.
/// </remarks>
/// <param name="read">Reads what the log has of steps below the given one, which a fork may evaluate anew.</param>
/// <param name="failed">Hears why it is silent.</param>
sealed class MismatchWatch(Func<int, AlarmFold> read, Action<Exception> failed)
{
    readonly Lock _entry = new();
    AlarmFold? _fold;
    bool _silent;

    /// <summary>An evaluation that is about to be stored, with the alarm behind it where it raises it.</summary>
    /// <param name="judged">Its events, the rollout first, and what they speak of.</param>
    public IReadOnlyList<TimedEvent> With(JudgedRollout judged)
    {
        var events = judged.Events;
        lock (_entry)
        {
            if (_silent) return events;
            try
            {
                var rollout = (RolloutCollected)events[0].Fact;
                _fold ??= read(rollout.Step);
                var known = _fold.Alarm?.Ledger.RaisedAt;
                foreach (var timed in events) _fold.Take(timed.Fact, judged.RowsOf(timed.Fact));
                _fold.Close();
                return known is null && _fold.Detected(rollout.Set!, rollout.Source!.Value) is { } detected
                    ? [.. events, new TimedEvent(detected)]
                    : events;
            }
            // Whatever is wrong with what evaluators said, it is nothing that training depends on.
            catch (Exception thrown)
            {
                _silent = true;
                failed(thrown);
                return events;
            }
        }
    }
}
