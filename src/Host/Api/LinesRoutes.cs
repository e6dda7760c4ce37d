using System.Buffers;
using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>
/// What <c>runs</c>, <c>events</c>, <c>metrics</c> and <c>completions</c> print with <c>--json</c>, whole and in one answer.
/// </summary>
/// <remarks>
/// The answer is written as the log is read, and no faster than the client takes it. What the commands say to a person beside it, of
/// what is damaged or why there is nothing, is in headers.
/// </remarks>
sealed class LinesRoutes(IRunSource runs)
{
    /// <summary>Type of the answers.</summary>
    public const string MediaType = "application/jsonl";
    /// <summary>Says, percent-encoded, why there are no lines.</summary>
    public const string NothingHeader = "Actorrlhf-Nothing";
    /// <summary>Says, percent-encoded and once for each, what is left out because it is damaged.</summary>
    public const string DamageHeader = "Actorrlhf-Damage";
    const int MostUnsent = 1 << 16;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Add("runLines", "/v1/runs.jsonl", "The lines of 'runs'", async (HttpContext context, CancellationToken ct) =>
            await WriteAsync(context, await runs.ListAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false));
        Add("eventLines", "/v1/runs/{id}/events.jsonl", "The lines of 'events', of a fork also what it shares", EventsAsync);
        Add("metricLines", "/v1/runs/{id}/metrics.jsonl", "The lines of 'metrics'", MetricsAsync);
        Add("completionLines", "/v1/runs/{id}/completions.jsonl", "The lines of 'completions'", CompletionsAsync);

        void Add(string name, string path, string summary, Delegate handler) => routes.MapGet(path, handler)
            .As(name, Scopes.Read, summary).Produces(StatusCodes.Status200OK, contentType: MediaType).DisableRequestTimeout();
    }

    async Task EventsAsync(
        string id, [FromQuery(Name = "type")] string[] types, string? step, string? stream, HttpContext context, CancellationToken ct)
    {
        foreach (var type in types)
            if (EventQuery.WhyNoType(type) is not null) throw new QueryException("type", type, "an event");
        var query = new EventQuery(types, Steps(step), OneOf("stream", stream, EventQuery.Streams) ?? EventQuery.Training);
        await WriteAsync(context, await runs.EventsAsync(id, query, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
    }

    async Task MetricsAsync(
        string id, [FromQuery(Name = "name")] string[] names, string? step, HttpContext context, CancellationToken ct)
    {
        var query = new MetricQuery(Steps(step) ?? StepRange.All, names);
        await WriteAsync(context, await runs.MetricsAsync(id, query, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
    }

    async Task CompletionsAsync(
        string id, string? step, string? set, string? prompt, int? limit, HttpContext context, CancellationToken ct)
    {
        QueryException.ThrowUnlessIn("limit", limit, 0, int.MaxValue);
        var query = new CompletionQuery(
            Steps(step) ?? StepRange.All, OneOf("set", set, [CompletionQuery.Training, CompletionQuery.Heldout]), prompt,
            limit ?? int.MaxValue);
        await WriteAsync(context, await runs.CompletionsAsync(id, query, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
    }

    static async Task WriteAsync<T>(HttpContext context, Answer<T> answer, CancellationToken ct)
    {
        var (response, body, any, unsent) = (context.Response, context.Response.BodyWriter, false, 0);
        response.ContentType = MediaType;
        response.Headers.Append(DamageHeader, answer.Damage.Select(Uri.EscapeDataString).ToArray());
        await foreach (var line in answer.Lines.WithCancellation(ct).ConfigureAwait(false))
        {
            any = true;
            var bytes = JsonSerializer.SerializeToUtf8Bytes(line, EventJson.Format);
            body.Write(bytes);
            body.Write("\n"u8);
            if ((unsent += bytes.Length) < MostUnsent) continue;
            unsent = 0;
            await body.FlushAsync(ct).ConfigureAwait(false);
        }
        if (!any && answer.Nothing() is { } why) response.Headers.Append(NothingHeader, Uri.EscapeDataString(why));
        await body.FlushAsync(ct).ConfigureAwait(false);
    }

    static StepRange? Steps(string? text) => text is null ? null
        : StepRange.TryParse(text, out var range, out _) ? range
        : throw new QueryException("step", text, "a range of steps such as 3..5, 3.., ..5 or 3");

    static string? OneOf(string name, string? word, string[] words) => word is null || words.Contains(word)
        ? word
        : throw new QueryException(name, word, $"one of {string.Join(", ", words)}");
}
