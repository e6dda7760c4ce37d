using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>What a failure means to whoever asked for the work.</summary>
public enum WorkFailureKind
{
    /// <summary>Nothing in particular.</summary>
    Other,
    /// <summary>A policy's logits are not finite, so that it cannot be sampled from.</summary>
    LogitsNotFinite,
    /// <summary>A file that the work names is missing or damaged.</summary>
    FileLost,
    /// <summary>The data directory cannot be written.</summary>
    DiskUnusable,
}

/// <summary>The reply to a piece of work that failed; data like every other, and no exception.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Message">What happened, in the exception's own words.</param>
/// <param name="Reason">The same for the person who reads it, of <see cref="FailureReason"/>.</param>
public sealed record WorkFailure(WorkFailureKind Kind, string Message, string Reason)
{
    /// <summary>What is replied when work has thrown.</summary>
    public static WorkFailure Of(Exception thrown) => Cause(thrown) is WorkFailedException elsewhere
        ? elsewhere.Failed
        : new WorkFailure(KindOf(thrown), Cause(thrown).Message, FailureReason.Of(thrown));

    /// <summary>What a failure means, wherever the work was done.</summary>
    public static WorkFailureKind KindOf(Exception thrown) => Cause(thrown) switch
    {
        WorkFailedException elsewhere => elsewhere.Failed.Kind,
        NonFiniteLogitsException => WorkFailureKind.LogitsNotFinite,
        ArtefactMissingException or ArtefactDamagedException => WorkFailureKind.FileLost,
        DataDirectoryUnusableException => WorkFailureKind.DiskUnusable,
        _ => WorkFailureKind.Other,
    };

    static Exception Cause(Exception thrown) => thrown is AggregateException several ? several.GetBaseException() : thrown;
}

/// <summary>Work that somebody else did has failed.</summary>
/// <param name="failed">What was replied.</param>
public sealed class WorkFailedException(WorkFailure failed) : Exception(failed.Message)
{
    /// <summary>What was replied.</summary>
    public WorkFailure Failed { get; } = failed;
}
