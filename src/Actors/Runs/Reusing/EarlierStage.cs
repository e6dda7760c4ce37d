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
    /// null where the run is not there, has not come so far or cannot be read, and for a fork, which has no stages of its own.
    /// </returns>
    public static EarlierStage? TryRead(JournalReader journal, RunId run, string stage)
    {
        try { return Read(new RunStreams(run, journal), stage); }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return null; }
    }

    static EarlierStage? Read(RunStreams run, string stage)
    {
        if (run.Parent is not null) return null;
        var (state, events, isTaken) = (RunState.Empty, new List<IEvent>(), false);
        foreach (var read in run.OwnTraining().Verified())
        {
            if (EventSteps.IsPartOfStep(read.Event)) return null;
            isTaken |= read.Event is StageReused;
            if (read.Event is PreferenceLabelled or RewardModelTrained or StageCompleted) events.Add(read.Event);
            if (read.Event is StageCompleted completed)
            {
                if (completed.Stage == stage)
                    return new EarlierStage(
                        run.Run, new StreamHead(read.Sequence, read.Hash), StageInputs.Of(stage, run.Run, state), [.. events], isTaken);
                events.Clear();
                isTaken = false;
            }
            state = Run.Evolve(state, read.Event);
        }
        return null;
    }
}
