using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorRlhf.Host.Api;

/// <summary>What goes wrong, as problem+json (RFC 9457): <c>detail</c> is the text that the command line prints.</summary>
static class Problems
{
    /// <summary>The answer to a request that failed.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="detail">For a person.</param>
    public static IResult Of(int status, string detail) => Results.Problem(detail, statusCode: status);

    /// <summary>Why a run did not take a command.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The reply is none that a run gives.</exception>
    public static IResult Of(object reply) => reply switch
    {
        Rejected rejected => Of(StatusOf(rejected.Kind), rejected.Reason),
        PersistFailed failed => Of(StatusCodes.Status503ServiceUnavailable, failed.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply, "a run's answer"),
    };

    /// <summary>Writes one where no handler has the request.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail) => Of(status, detail).ExecuteAsync(context);

    /// <summary>Answers for what a handler throws: whatever is known is told, the rest is logged.</summary>
    public static async Task OnThrownAsync(HttpContext context)
    {
        var handled = context.Features.Get<IExceptionHandlerFeature>()!;
        var thrown = handled.Error;
        var failure = thrown is BadHttpRequestException bad
            ? new Failure(ExitCode.Usage, [new UnreadRequest(FormatOf(context)).WhyNot(bad, handled.Endpoint)])
            : Failure.Of(thrown);
        if (failure.Unforeseen)
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems))
                .LogError(thrown, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
        await WriteAsync(context, StatusOf(thrown, failure.ExitCode), string.Join('\n', failure.Lines)).ConfigureAwait(false);
    }

    static JsonSerializerOptions FormatOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

    static int StatusOf(Exception thrown, int exitCode) => (thrown, exitCode) switch
    {
        (BadHttpRequestException bad, _) => bad.StatusCode,
        (RunKeptException or OtherHistoryException or RunGrowsException or RunNotReadyException or RecomputationDifferenceException, _) =>
            StatusCodes.Status409Conflict,
        (DataDirectoryUnusableException { DiskFull: true }, _) => StatusCodes.Status507InsufficientStorage,
        (EvaluatorRefusedException, _) => StatusCodes.Status422UnprocessableEntity,
        (TimeoutException, _) => StatusCodes.Status503ServiceUnavailable,
        (_, ExitCode.Usage) => StatusCodes.Status400BadRequest,
        (_, ExitCode.NotFound) => StatusCodes.Status404NotFound,
        (_, ExitCode.NotAllowed) => StatusCodes.Status409Conflict,
        (_, ExitCode.Unreachable) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    static int StatusOf(RejectionKind kind) => kind switch
    {
        RejectionKind.Impossible or RejectionKind.OtherBuild => StatusCodes.Status409Conflict,
        RejectionKind.Invalid => StatusCodes.Status400BadRequest,
        RejectionKind.TooLarge => StatusCodes.Status422UnprocessableEntity,
        RejectionKind.NotFound => StatusCodes.Status404NotFound,
        RejectionKind.Unavailable or RejectionKind.StartsAgain => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
