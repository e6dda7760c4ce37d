using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>What is answered when a run cannot be prepared.</summary>
static class Refusal
{
    /// <summary>The answer to whoever asked for the run.</summary>
    public static Rejected Of(RunId run, Exception thrown) => new(run, Reason(thrown), KindOf(thrown));

    static string Reason(Exception thrown) => thrown is RecipeException recipe
        ? string.Join('\n', recipe.Problems)
        : KindOf(thrown) is RejectionKind.Unforeseen ? FailureReason.Of(thrown) : thrown.Message;

    static RejectionKind KindOf(Exception thrown) => thrown switch
    {
        RecipeException or OtherRecipeException => RejectionKind.Invalid,
        MemoryExceededException => RejectionKind.TooLarge,
        RunIdTakenException or RunKeptException => RejectionKind.Impossible,
        RunNotFoundException or RunDeletedException or StepNotLoggedException or ParentMissingException or WorldMovedException =>
            RejectionKind.NotFound,
        OtherBuildException => RejectionKind.OtherBuild,
        _ when DatabaseFault.MayPass(thrown) => RejectionKind.Unavailable,
        DataDirectoryUnusableException or DatabaseUnusableException or DeviceMissingException or LibraryMissingException
            or ModelFolderException or SafetensorsException or TokenizerFileException or UntokenizableTextException
            or DatasetException or RecomputationDifferenceException or ArtefactMissingException
            or ArtefactDamagedException or BrokenChainException or UnknownEventException or UnreadableEventException or StoreException
            or RunOverException =>
            RejectionKind.Failed,
        _ => RejectionKind.Unforeseen,
    };
}
