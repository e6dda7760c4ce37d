using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Runs.Witnessing;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Exports;
using ActorRlhf.Host.Training;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host.Failures;

/// <summary>What a person and a script are told when a command throws.</summary>
/// <param name="ExitCode">One of <see cref="Contracts.ExitCode"/>.</param>
/// <param name="Lines">For stderr.</param>
/// <param name="Unforeseen">
/// Whether the exception itself belongs in a log file: nobody wrote its message for the person who reads it.
/// </param>
sealed record Failure(int ExitCode, IReadOnlyList<string> Lines, bool Unforeseen = false)
{
    /// <summary>Translates an exception; the kinds that are named here have messages that say what to do.</summary>
    public static Failure Of(Exception thrown) => thrown switch
    {
        RecipeException recipe => new Failure(Contracts.ExitCode.Usage, [.. recipe.Problems.Select(problem => problem.ToString())]),
        SettingsException settings => new Failure(Contracts.ExitCode.Usage, settings.Problems),
        LaunchRefusedException refused => new Failure(CodeOf(refused.Kind), refused.Message.Split('\n')),
        DataDirectoryInUseException or DatabaseUnusableException
            or StoreException { MayPass: true } or DataDirectoryUnusableException { MayPass: true } =>
                Told(Contracts.ExitCode.Unreachable, thrown),
        HostRefusedException refused => new Failure(refused.ExitCode, refused.Message.Split('\n')),
        HostUnreachableException or ForeignAnswerException or NoHostException or PlacesTakenException =>
            Told(Contracts.ExitCode.Unreachable, thrown),
        OtherBuildException or TokenFileException => Told(Contracts.ExitCode.NotAllowed, thrown),
        OtherRecipeException or WitnessFileException { Line: null } or QueryException or PromptRefusedException or FileNotOpenException
            or AddressNotOpenException or MetricUnknownException or ServerVariableException or PostgresAddressException
            or DatabaseBindingException or EvaluatorSettingException or EvaluatorNeedsException or CompletionFileException
            or BenchFileException or ReportFigureException or ReportFileException or OutputPlaceException =>
            Told(Contracts.ExitCode.Usage, thrown),
        RunNotFoundException or RunDeletedException or StepNotLoggedException or ModelNotFoundException
            or ParentMissingException or DataDirectoryMissingException or EvaluatorUnknownException or NotInQuarantineException
            or CompletionFileMissingException =>
                Told(Contracts.ExitCode.NotFound, thrown),
        NotAJournalException or DataDirectoryUnusableException or UnsafeStorageException
            or DeviceMissingException or LibraryMissingException
            or ModelFolderException or SafetensorsException or TokenizerFileException or UntokenizableTextException or DatasetException
            or RunNotReadyException or RecomputationDifferenceException or ArtefactMissingException or ArtefactDamagedException
            or RunKeptException or RunGrowsException or ArchiveRefusedException or ArchiveNotWrittenException or OtherHistoryException
            or DirectoryNotEmptyException or ForeignFilesException
            or BrokenChainException or UnknownEventException or UnreadableEventException or WitnessFileException
            or StateMismatchException or OutputLostException or EvaluatorRefusedException or NotRecordedException =>
                Told(Contracts.ExitCode.Failed, thrown),
        StoreException => new Failure(Contracts.ExitCode.Failed, [thrown.Message], Unforeseen: true),
        OperationCanceledException => new Failure(Contracts.ExitCode.Interrupted, ["interrupted"]),
        AggregateException { InnerException: { } inner } => Of(inner),
        _ => new Failure(Contracts.ExitCode.Failed, [FailureReason.Of(thrown)], Unforeseen: true),
    };

    static int CodeOf(RejectionKind kind) => kind switch
    {
        RejectionKind.Invalid => Contracts.ExitCode.Usage,
        RejectionKind.NotFound => Contracts.ExitCode.NotFound,
        RejectionKind.OtherBuild => Contracts.ExitCode.NotAllowed,
        RejectionKind.Unavailable or RejectionKind.StartsAgain => Contracts.ExitCode.Unreachable,
        _ => Contracts.ExitCode.Failed,
    };

    static Failure Told(int exitCode, Exception thrown) => new(exitCode, [thrown.Message]);
}
