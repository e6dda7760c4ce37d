using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Client;

/// <summary>The runs of a host, over HTTP.</summary>
/// <param name="host">The host, whose connection is closed with this.</param>
sealed class HostRuns(HostConnection host) : IRunSource
{
    const string Runs = "v1/runs";

    /// <inheritdoc/>
    public Attendance Attendance => Attendance.Host;

    /// <inheritdoc/>
    public string Next(string command, string run) => $"actorrlhf {command} {run} --server {host.Server}";

    /// <summary>Path of a run.</summary>
    public static string PathOf(string run) => $"{Runs}/{Uri.EscapeDataString(run)}";

    /// <inheritdoc/>
    public Task<Answer<RunLine>> ListAsync(CancellationToken ct) => host.LinesAsync<RunLine>($"{Runs}.jsonl", ct);

    /// <inheritdoc/>
    public Task<RunDetails> ShowAsync(string run, CancellationToken ct) => host.GetAsync<RunDetails>(PathOf(run), ct);

    /// <inheritdoc/>
    public async Task<Headline> HeadlineAsync(string run, CancellationToken ct)
    {
        var details = await ShowAsync(run, ct).ConfigureAwait(false);
        return new Headline(details, details.Parent is not null);
    }

    /// <inheritdoc/>
    public Task<Answer<EventLine>> EventsAsync(string run, EventQuery query, CancellationToken ct) =>
        host.LinesAsync<EventLine>(PathOf(run) + "/events.jsonl" + Query(
            [("stream", query.Stream), ("step", query.Steps?.ToString()), .. query.Types.Select(type => ("type", (string?)type))]), ct);

    /// <inheritdoc/>
    public Task<Answer<MetricsLine>> MetricsAsync(string run, MetricQuery query, CancellationToken ct) =>
        host.LinesAsync<MetricsLine>(PathOf(run) + "/metrics.jsonl" + Query(
            [("step", query.Steps.ToString()), .. query.Names.Select(name => ("name", (string?)name))]), ct);

    /// <inheritdoc/>
    public Task<Answer<CompletionView>> CompletionsAsync(string run, CompletionQuery query, CancellationToken ct) =>
        host.LinesAsync<CompletionView>(PathOf(run) + "/completions.jsonl" + Query(
            [
                ("step", query.Steps.ToString()), ("set", query.Set), ("prompt", query.Prompt),
                ("limit", FormattableString.Invariant($"{query.Limit}")),
            ]),
            ct);

    /// <inheritdoc/>
    public Task<MismatchLedger> MismatchAsync(string run, CancellationToken ct) =>
        host.GetAsync<MismatchLedger>(PathOf(run) + "/mismatch", ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<object> FollowAsync(string run, CancellationToken ct) => new RunStream(host, run).ReadAsync(ct);

    /// <inheritdoc/>
    public void Dispose() => host.Dispose();

    static string Query(IEnumerable<(string Name, string? Value)> parameters) => "?" + string.Join('&',
        from one in parameters where one.Value is not null select $"{one.Name}={Uri.EscapeDataString(one.Value)}");
}
