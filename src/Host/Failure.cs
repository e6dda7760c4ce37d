using System.Data.Common;
using ActorRlhf.Actors;
using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Actors.Transfer;
using ActorRlhf.Host.Commands;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Exports;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host;

/// <summary>What a person and a script are told when a command throws.</summary>
/// <param name="ExitCode">One of <see cref="Host.ExitCode"/>.</param>
/// <param name="Lines">For stderr.</param>
/// <param name="Unforeseen">Whether the exception itself belongs in a log file: nobody wrote its message for the person who reads it.</param>
public sealed record Failure(int ExitCode, IReadOnlyList<string> Lines, bool Unforeseen = false)
{
    /// <summary>Translates an exception; the kinds that are named here have messages that say what to do.</summary>
    public static Failure Of(Exception thrown) => thrown switch
    {
        RecipeException recipe => new Failure(Host.ExitCode.Usage, [.. recipe.Problems.Select(problem => problem.ToString())]),
        DataDirectoryInUseException => Told(Host.ExitCode.Unreachable, thrown),
        OtherBuildException => Told(Host.ExitCode.NotAllowed, thrown),
        OtherRecipeException => Told(Host.ExitCode.Usage, thrown),
        RunNotFoundException or RunDeletedException or StepNotLoggedException or ModelNotFoundException or ParentMissingException or DataDirectoryMissingException or WorldMovedException => Told(Host.ExitCode.NotFound, thrown),
        NotAJournalException or DataDirectoryUnusableException or UnsafeStorageException or DeviceMissingException
            or ModelFolderException or SafetensorsException or TokenizerFileException or UntokenizableTextException or DatasetException
            or RunNotReadyException or RunOverException or RunRejectedException or RecomputationDifferenceException or ArtefactMissingException or ArtefactDamagedException
            or RunKeptException or ArchiveRefusedException or ArchiveNotWrittenException or OtherHistoryException or DirectoryNotEmptyException or ForeignFilesException
            or BrokenChainException or UnknownEventException or UnreadableEventException or StateMismatchException or OutputLostException => Told(Host.ExitCode.Failed, thrown),
        DbException => new Failure(Host.ExitCode.Failed, [$"the journal cannot be read: {thrown.Message.TrimEnd('.')}. 'doctor' looks at the disk; restore the journal from a backup if it is damaged"], Unforeseen: true),
        OperationCanceledException => new Failure(Host.ExitCode.Interrupted, ["interrupted"]),
        AggregateException { InnerException: { } inner } => Of(inner),
        _ => new Failure(Host.ExitCode.Failed, [FailureReason.Of(thrown)], Unforeseen: true),
    };

    static Failure Told(int exitCode, Exception thrown) => new(exitCode, [thrown.Message]);
}
