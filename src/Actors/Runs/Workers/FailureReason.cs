using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Why something failed, in words for the person who reads it: never the name of a class.</summary>
public static class FailureReason
{
    /// <summary>One line. The exception itself, with its stack trace, belongs in a log file.</summary>
    public static string Of(Exception thrown)
    {
        var reason = thrown is AggregateException several ? several.GetBaseException() : thrown;
        if (reason is WorkFailedException elsewhere) return elsewhere.Failed.Reason;
        // What follows the first line is the native stack, or the name and value of an argument of ours.
        var message = reason.Message.Split('\n')[0].Trim();
        if (reason is ArgumentException { ParamName: { } name })
            message = message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
        // libtorch has no exception of its own for it.
        if (reason is OutOfMemoryException || message.Contains("allocate memory", StringComparison.Ordinal)
            || message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
            return "the memory of this machine or device is not enough; use smaller batches, fewer rl.episodes or compute.threads, "
                + "or a smaller model";
        if (reason is NonFiniteLogitsException) message += "; the model's weights are damaged, or a learning rate was too high";
        return IsMeantForPeople(reason)
            ? message
            : $"an error of this program that nobody foresaw: {message.TrimEnd('.')}; the log files have the details";
    }

    /// <summary>Our own kinds have messages for people, and so have those that we throw for want of one, and those of files.</summary>
    static bool IsMeantForPeople(Exception reason) =>
        reason.GetType().Assembly.GetName().Name?.StartsWith(nameof(ActorRlhf), StringComparison.Ordinal) == true
        || reason.GetType() == typeof(InvalidOperationException) || reason.GetType() == typeof(ArgumentException)
        || reason is IOException or UnauthorizedAccessException;
}
