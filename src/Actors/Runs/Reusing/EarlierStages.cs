using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
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
    /// <summary>A stage that need not be executed, whose artefacts are whole and will stay; null where there is none.</summary>
    /// <param name="stage">One after the world.</param>
    /// <param name="run">The run that is to begin it.</param>
    /// <param name="state">That run's.</param>
    /// <param name="artefacts">That run's: what is taken over is claimed for it, until its events name it.</param>
    internal EarlierStage? Find(string stage, RunId run, RunState state, ArtefactStore artefacts)
    {
        var wanted = StageInputs.Of(stage, run, state);
        return new RunReader(store).Runs()
            .Where(other => other != run)
            .Select(other => EarlierStage.TryRead(store.Journal, other, stage))
            .OfType<EarlierStage>()
            .Where(earlier => earlier.Inputs.SequenceEqual(wanted))
            .OrderBy(earlier => earlier.IsTaken)      // the log is to name the run that executed it
            .FirstOrDefault(earlier => earlier.Events.SelectMany(NamedArtefacts.In).All(hash => IsClaimed(artefacts, hash)));
    }

    /// <summary>Puts what is there once more, which stores nothing and keeps it.</summary>
    static bool IsClaimed(ArtefactStore artefacts, ContentHash hash)
    {
        try
        {
            return artefacts.Read(hash, path => artefacts.Put(copy =>
            {
                using var file = File.OpenRead(path);
                file.CopyTo(copy);
            })) == hash;
        }
        catch (Exception lost) when (lost is ArtefactMissingException or ArtefactDamagedException or FileNotFoundException) { return false; }
    }
}
