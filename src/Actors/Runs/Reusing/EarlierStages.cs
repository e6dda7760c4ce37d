using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Reusing;

/// <summary>Finds stages that another run of the data directory made from a run's own inputs.</summary>
/// <param name="store">The directory.</param>
public sealed class EarlierStages(Store store)
{
    /// <summary>A stage that need not be executed; its artefacts are whole, and claimed until the run's events name them.</summary>
    /// <param name="stage">One after the world.</param>
    /// <param name="run">The run that is to begin it.</param>
    /// <param name="state">That run's.</param>
    /// <param name="artefacts">That run's.</param>
    /// <returns>null where there is none.</returns>
    internal EarlierStage? Claim(string stage, RunId run, RunState state, ArtefactStore artefacts)
    {
        var wanted = StageInputs.Of(stage, run, state);
        return new RunReader(store).Runs()
            .Where(other => other != run)
            .Select(other => TryFind(other, stage))
            .OfType<EarlierStage>()
            .Where(earlier => earlier.Inputs.SequenceEqual(wanted))
            .OrderBy(earlier => earlier.IsTaken)      // the log is to name the run that executed it
            .FirstOrDefault(earlier => earlier.Events.SelectMany(NamedArtefacts.In).All(artefacts.TryClaim));
    }

    /// <summary>Another run that cannot be read is its own affair.</summary>
    EarlierStage? TryFind(RunId run, string stage)
    {
        try { return EarlierStage.Find(store.Journal, run, stage); }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return null; }
    }
}
