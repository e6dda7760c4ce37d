using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Client;

/// <summary>Asks a host over HTTP; its problems become exceptions with its words.</summary>
/// <remarks>
/// Failure policy: audit. Every method throws <see cref="HostRefusedException"/> where the host says no,
/// <see cref="HostUnreachableException"/> where it does not answer, and <see cref="ForeignAnswerException"/> where somebody else does.
/// </remarks>
sealed class HostConnection : IDisposable
{
    static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5), s_patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan s_search = TimeSpan.FromMinutes(10);  // a long log may have little of what is asked for, and that at its end
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);
    const int MostHeaders = 1024;                     // KiB; a directory of damaged runs says so in headers
    const int ShownOfForeign = 60;

    readonly HostAddress _address;
    readonly HttpClient _http;

    /// <param name="address">Which host.</param>
    public HostConnection(HostAddress address)
    {
        _address = address;
        var handler = new SocketsHttpHandler
        {
            // A token must go nowhere but where it was meant to: not to a proxy on the way to this machine, nor where a redirect leads.
            UseProxy = !address.Server.IsLoopback,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = s_connect,
            MaxResponseHeadersLength = MostHeaders,
        };
        _http = new HttpClient(handler) { BaseAddress = address.Server, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
    }

    /// <summary>The host's address, for people.</summary>
    public string Server => _address.Server.ToString().TrimEnd('/');

    /// <summary>Asks for an object.</summary>
    public Task<T> GetAsync<T>(string path, CancellationToken ct) => ObjectAsync<T>(new HttpRequestMessage(HttpMethod.Get, path), ct);

    /// <summary>Asks it to do something; the answer is there when it is durable.</summary>
    /// <param name="path">Where.</param>
    /// <param name="body">What.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <param name="more">How much longer than usual it may take.</param>
    public Task<T> PostAsync<T>(string path, object body, CancellationToken ct, TimeSpan more = default) => ObjectAsync<T>(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: EventJson.Format) }, ct, more);

    /// <summary>Asks for a job, and waits until it is over.</summary>
    /// <param name="path">Where it is asked for.</param>
    /// <param name="body">What is asked.</param>
    /// <param name="say">Gets what the job says of itself.</param>
    /// <param name="ct">Gives up waiting; the job goes on.</param>
    public async Task<JobLine> DoAsync(string path, object body, Action<string> say, CancellationToken ct)
    {
        var (job, note) = (await PostAsync<JobLine>(path, body, ct).ConfigureAwait(false), default(string));
        using var timer = new PeriodicTimer(s_look);
        for (; ; job = await GetAsync<JobLine>($"v1/jobs/{job.Job}", ct).ConfigureAwait(false))
        {
            if (job.Note is { } said && said != note) say(note = said);
            if (job.State is not (JobState.Queued or JobState.Running)) return job;
            await timer.WaitForNextTickAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Asks it to delete something.</summary>
    public Task<T> DeleteAsync<T>(string path, CancellationToken ct) =>
        ObjectAsync<T>(new HttpRequestMessage(HttpMethod.Delete, path), ct);

    /// <summary>Asks for JSON lines.</summary>
    public async Task<Answer<T>> LinesAsync<T>(string path, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        var response = await SendAsync(request, LinesRoutes.MediaType, s_search, ct).ConfigureAwait(false);
        var nothing = Said(response, LinesRoutes.NothingHeader);
        return new Answer<T>(ReadAsync<T>(response, ct), () => nothing is [var why, ..] ? why : null)
        {
            Damage = Said(response, LinesRoutes.DamageHeader),
        };
    }

    /// <summary>Asks for server-sent events; whoever asks disposes of the answer.</summary>
    /// <param name="lastEventId">Behind which to go on; empty for the beginning.</param>
    public Task<HttpResponseMessage> StreamAsync(string path, string lastEventId, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId.Length > 0) request.Headers.Add("Last-Event-ID", lastEventId);
        return SendAsync(request, "text/event-stream", s_patience, ct);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<T> ObjectAsync<T>(HttpRequestMessage request, CancellationToken ct, TimeSpan more = default)
    {
        using var response = await SendAsync(request, "application/json", s_patience + more, ct).ConfigureAwait(false);
        var body = await BrokenOffAsync(() => response.Content.ReadAsByteArrayAsync(ct)).ConfigureAwait(false);
        return Read<T>(body);
    }

    async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, string expected, TimeSpan patience, CancellationToken ct)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(ct);
        hurry.CancelAfter(patience);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, hurry.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException failure) { throw new HostUnreachableException(Server, Words(failure)); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HostUnreachableException(Server, $"it has not answered for {patience.TotalSeconds} s");
        }
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == expected) return response;
        using (response) throw await RefusalAsync(response, ct).ConfigureAwait(false);
    }

    async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var (status, type) = ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType);
        if (type != "application/problem+json" && (status is 502 or 503 or 504))
            return new HostUnreachableException(Server, $"what is before it answers with {status}");
        if (response.IsSuccessStatusCode || type != "application/problem+json")
            return new ForeignAnswerException(Server, $"it answers with {status} and {type ?? "nothing"}");
        var problem = Read<Problem>(await BrokenOffAsync(() => response.Content.ReadAsByteArrayAsync(ct)).ConfigureAwait(false));
        var detail = problem.Detail ?? problem.Title ?? $"the host answers with {status}";
        return new HostRefusedException(status, response.StatusCode is HttpStatusCode.Unauthorized
            ? $"{detail}; what was sent is in {_address.TokenFile}"
            : detail);
    }

    async IAsyncEnumerable<T> ReadAsync<T>(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken ct)
    {
        using (response)
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false), Encoding.UTF8);
            while (await BrokenOffAsync(() => reader.ReadLineAsync(ct).AsTask()).ConfigureAwait(false) is { } line)
                yield return Read<T>(Encoding.UTF8.GetBytes(line));
        }
    }

    T Read<T>(byte[] json)
    {
        try { return JsonSerializer.Deserialize<T>(json, EventJson.Format) ?? throw new JsonException("it is null"); }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(json);
            throw new ForeignAnswerException(
                Server, $"it answers '{(text.Length > ShownOfForeign ? text[..ShownOfForeign] + "…" : text).ReplaceLineEndings(" ")}'");
        }
    }

    async Task<T> BrokenOffAsync<T>(Func<Task<T>> read)
    {
        try { return await read().ConfigureAwait(false); }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new HostUnreachableException(Server, $"the answer broke off ({Words(failure)})");
        }
    }

    static string Words(Exception failure) => failure.GetBaseException().Message.TrimEnd('.');

    static string[] Said(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values)
            ? [.. values.SelectMany(value => value.Split(',')).Select(Uri.UnescapeDataString)]
            : [];

    /// <summary>What is read of problem+json (RFC 9457).</summary>
    sealed record Problem(string? Title, string? Detail);
}
