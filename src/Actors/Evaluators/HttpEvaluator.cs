using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>The messages of the protocol over HTTP: no redirect, no proxy, no cookie, no second try.</summary>
sealed class HttpEvaluator : IDisposable
{
    const int AnswerBase = 1 << 20, AnswerPerItem = 64 << 10, LongestAnswer = 64 << 20;

    readonly string _name;
    readonly Uri _url;
    readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,    // the caller's deadline counts
    };

    /// <param name="name">Its id, or what stands for it.</param>
    /// <param name="url">http or https, without a user's name.</param>
    /// <exception cref="EvaluatorRefusedException">It is no such URL.</exception>
    public HttpEvaluator(string name, string url)
    {
        _name = name;
        _url = Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.UserInfo.Length == 0
            ? parsed
            : throw new EvaluatorRefusedException(name, $"'{url}' is no URL of an evaluator, expected http:// or https://, without a user");
    }

    /// <summary>Asks who it is.</summary>
    public async Task<SelfDescription> HelloAsync(CancellationToken ct)
    {
        var answer = await AskAsync(HttpMethod.Get, null, SelfDescription.MostBytes, ct).ConfigureAwait(false);
        try { return SelfDescription.Read(answer); }
        catch (WireFormatException cause) { throw Fault(EvaluatorFault.Protocol, cause.Message); }
    }

    /// <summary>Scores one batch.</summary>
    public async Task<IReadOnlyList<ItemResult>> ScoreAsync(
        int batch, IReadOnlyList<EvaluationItem> items, IReadOnlyList<Metric> metrics, CancellationToken ct)
    {
        var message = new ArrayBufferWriter<byte>();
        WireRequests.WriteScore(message, batch, items);
        var most = (int)Math.Min(LongestAnswer, AnswerBase + (long)AnswerPerItem * items.Count);
        var answer = await AskAsync(HttpMethod.Post, message.WrittenMemory, most, ct).ConfigureAwait(false);
        try { return WireScores.Read(answer.Span, batch, items, metrics); }
        catch (WireFormatException cause) { throw Fault(EvaluatorFault.Protocol, cause.Message); }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    async Task<ReadOnlyMemory<byte>> AskAsync(HttpMethod method, ReadOnlyMemory<byte>? message, int most, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, _url);
        if (message is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw Fault(EvaluatorFault.Unreachable, string.Create(CultureInfo.InvariantCulture,
                    $"{method} {_url} was answered with the status {(int)response.StatusCode}, expected 200"));
            return await ReadAsync(response.Content, most, ct).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw Fault(EvaluatorFault.Unreachable, $"{method} {_url} failed: {cause.Message}");
        }
    }

    async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int most, CancellationToken ct)
    {
        using var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var answer = new ArrayBufferWriter<byte>();
        while (await stream.ReadAsync(answer.GetMemory(), ct).ConfigureAwait(false) is > 0 and var read)
        {
            answer.Advance(read);
            if (answer.WrittenCount > most)
                throw Fault(EvaluatorFault.Output, string.Create(CultureInfo.InvariantCulture, $"it answered with more than {most} bytes"));
        }
        return answer.WrittenMemory;
    }

    EvaluatorFaultException Fault(EvaluatorFault fault, string reason) => new(_name, fault, reason);
}
