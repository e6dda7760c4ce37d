using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Reusing;

/// <summary>A stage that a run finished by itself or took over.</summary>
/// <param name="Owner">The run.</param>
/// <param name="At">Its <see cref="StageCompleted"/>.</param>
/// <param name="Inputs">What its outcome depends on.</param>
/// <param name="Events">What it came to, ending with <see cref="StageCompleted"/>.</param>
/// <param name="IsTaken">Whether that run, too, took it from another one.</param>
sealed record EarlierStage(
    RunId Owner, StreamHead At, IReadOnlyList<(string Name, string Value)> Inputs, IReadOnlyList<IEvent> Events, bool IsTaken)
{
    /// <summary>Reads it from the beginning of a run's log, whose chain is verified on the way.</summary>
    /// <param name="journal">Where the run may be.</param>
    /// <param name="run">The run.</param>
    /// <param name="stage">One after the world.</param>
    /// <returns>
    /// null where the run is not there or has not come so far, where a build that somebody accepted ended what another one had begun, and
    /// for a fork, which has no stages of its own.
    /// </returns>
    /// <exception cref="Exception">What <see cref="RunDamage"/> knows: the run cannot be read.</exception>
    public static EarlierStage? Find(JournalReader journal, RunId run, string stage)
    {
        var streams = new RunStreams(run, journal);
        if (streams.Parent is not null) return null;
        var (state, events, isTaken, hasChanged) = (RunState.Empty, new List<IEvent>(), false, false);
        foreach (var read in streams.OwnTraining().Verified())
        {
            if (EventSteps.IsPartOfStep(read.Event)) return null;
            isTaken |= read.Event is StageReused;
            hasChanged |= read.Event is RunResumed { Build: not null };
            if (EventSteps.IsOutcomeOfStage(read.Event)) events.Add(read.Event);
            if (read.Event is StageCompleted completed)
            {
                if (completed.Stage == stage)
                    return hasChanged
                        ? null
                        : new EarlierStage(
                            run, new StreamHead(read.Sequence, read.Hash), StageInputs.Of(stage, run, state), [.. events], isTaken);
                events.Clear();
                (isTaken, hasChanged) = (false, false);
            }
            state = Run.Evolve(state, read.Event);
        }
        return null;
    }
}
