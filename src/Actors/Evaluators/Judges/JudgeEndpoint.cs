using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.Extensions.AI;
using OpenAI;

namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>A model behind an OpenAI-compatible address: no redirect, no proxy, no cookie, a limit on what it may answer.</summary>
/// <remarks>
/// Any number of threads may use it. Its key is in no message: whatever a server says is searched for it before it is passed on.
/// </remarks>
sealed class JudgeEndpoint : IDisposable
{
    const int LeastKey = 8;                    // a shorter one would be found in words that are none
    const int MostRetries = 2;
    static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);

    readonly Uri _url;
    readonly JudgeSettings _settings;
    readonly TimeProvider _time;
    readonly string? _key;
    readonly HttpClient _http;
    readonly IChatClient _chat;
    readonly RateLimiter? _limiter;
    readonly ChatOptions _options;

    /// <param name="url">http or https, what stands before <c>/chat/completions</c>.</param>
    /// <param name="settings">Model, limits and the key's variable.</param>
    /// <param name="time">Tells timeouts and pauses.</param>
    /// <exception cref="JudgeSettingException">The address, or the key, is not what it can be.</exception>
    public JudgeEndpoint(string url, JudgeSettings settings, TimeProvider time)
    {
        (_url, _settings, _time) = (ParseUrl(url), settings, time);
        _key = ReadKey(settings.KeyVariable, _url);
        _options = new ChatOptions { Temperature = (float)settings.Temperature, MaxOutputTokens = settings.MaxTokens };
        _http = new HttpClient(new AnswerLimit(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }))
        {
            Timeout = Timeout.InfiniteTimeSpan,    // that of the settings counts
        };
        var options = new OpenAIClientOptions
        {
            Endpoint = _url,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        // The library wants a key; a server that needs none passes over it.
        _chat = new OpenAIClient(new ApiKeyCredential(_key ?? "none"), options).GetChatClient(settings.Model).AsIChatClient();
        if (settings.RequestsPerMinute is { } perMinute)
            _limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                // Evenly, not all of a minute's at once: servers count in shorter windows than a minute.
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
                TokensPerPeriod = 1,
                TokenLimit = 1,
                QueueLimit = int.MaxValue,
            });
    }

    /// <summary>Asks once, and again after a failure that may pass.</summary>
    /// <returns>The model's text.</returns>
    /// <exception cref="JudgeFailureException">There is none.</exception>
    /// <exception cref="OperationCanceledException">The batch's deadline came first.</exception>
    public async Task<string> AskAsync(string prompt, RequestBudget budget, CancellationToken ct)
    {
        for (var retries = 0; ; retries++)
        {
            try { return await AskOnceAsync(prompt, ct).ConfigureAwait(false); }
            catch (JudgeFailureException failed) when (failed.MayPass && retries < MostRetries)
            {
                var pause = failed.RetryAfter ?? s_firstPause * (1 << retries);
                if (pause >= budget.TimeLeft)
                    throw new JudgeFailureException(failed.Failure, string.Create(CultureInfo.InvariantCulture,
                        $"{failed.Reason}; to be asked again in {pause.TotalSeconds} s, which is after the deadline"));
                if (!budget.TryTake())
                    throw new JudgeFailureException(failed.Failure, $"{failed.Reason}; the budget has no request left to ask again");
                await Task.Delay(pause, _time, ct).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chat.Dispose();
        _http.Dispose();
        _limiter?.Dispose();
    }

    static Uri ParseUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
        && parsed is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? parsed
            // It may hold a key: it is not repeated.
            : throw new JudgeSettingException("its address is no http:// or https:// without user name, query and fragment");

    static string? ReadKey(string? variable, Uri url)
    {
        if (variable is null) return null;
        if (url.Scheme == "http" && !url.IsLoopback)
            throw new JudgeSettingException($"the key in {variable} would cross the network in the clear: give an https:// address");
        var key = Environment.GetEnvironmentVariable(variable)?.Trim();
        return key is { Length: >= LeastKey } && key.All(c => c is > ' ' and < '\x7f')
            ? key
            : throw new JudgeSettingException(
                $"the environment variable {variable} of this process holds no key, expected at least {LeastKey} printable characters");
    }

    async Task<string> AskOnceAsync(string prompt, CancellationToken ct)
    {
        using var turn = _limiter is null ? null : await _limiter.AcquireAsync(1, ct).ConfigureAwait(false);
        using var timeout = new CancellationTokenSource(_settings.Timeout, _time);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try { return Text(await _chat.GetResponseAsync(prompt, _options, late.Token).ConfigureAwait(false)); }
        catch (ClientResultException cause) when (cause.GetRawResponse() is { } response) { throw OfStatus(response); }
        catch (Exception cause) when (cause is ClientResultException or HttpRequestException or IOException)
        {
            throw cause.GetBaseException() is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
                ? Failed(JudgeFailure.Protocol, $"{_url} answered with more than {AnswerLimit.MostBytes} bytes")
                : Failed(JudgeFailure.Unreachable, $"{_url} failed: {cause.Message}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failed(JudgeFailure.Timeout, string.Create(
                CultureInfo.InvariantCulture, $"{_url} did not answer within {_settings.Timeout.TotalSeconds} s"));
        }
        // What the library throws where a field is missing, of another type, or a word that it does not know.
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or ArgumentException or FormatException
            or KeyNotFoundException or NullReferenceException)
        {
            throw Failed(JudgeFailure.Protocol, $"{_url} answered with no chat completion: {cause.Message}");
        }
    }

    string Text(ChatResponse response)
    {
        var text = Hide(response.Text);
        if (response.FinishReason == ChatFinishReason.ContentFilter)
            throw Failed(JudgeFailure.Filter, "a content filter withheld the answer");
        if (response.FinishReason == ChatFinishReason.Length)
            throw Failed(JudgeFailure.Length, $"the model was cut off at {_settings.MaxTokens} tokens, set maxTokens; it said '{text}'");
        return string.IsNullOrWhiteSpace(text)
            ? throw Failed(JudgeFailure.Protocol, $"{_url} answered with a chat completion that has no text")
            : text;
    }

    JudgeFailureException OfStatus(PipelineResponse response)
    {
        var said = response.Content.ToString();
        JudgeFailureException Of(JudgeFailure failure, string meaning) => Failed(
            failure, string.Create(CultureInfo.InvariantCulture, $"{_url} answered with the status {response.Status}, {meaning}: {said}"),
            RetryAfter(response));
        return response.Status switch
        {
            401 or 403 => Of(JudgeFailure.Key, _settings.KeyVariable is { } variable
                ? $"it does not accept the key in {variable}"
                : $"it wants a key: give keyVariable={JudgeSettings.KeyPrefix}KEY"),
            404 => Of(JudgeFailure.Model, $"it has no model '{_settings.Model}', or is no base address"),
            429 => Of(JudgeFailure.Rate, "too many requests, set requestsPerMinute"),
            >= 500 => Of(JudgeFailure.Server, "it failed"),
            _ => Of(JudgeFailure.Status, "expected 200"),
        };
    }

    TimeSpan? RetryAfter(PipelineResponse response) =>
        !response.Headers.TryGetValue("Retry-After", out var text) || !RetryConditionHeaderValue.TryParse(text, out var after) ? null
        : after.Delta ?? (after.Date - _time.GetUtcNow() is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero);

    // Hidden before it is cut: half a key would not be found.
    JudgeFailureException Failed(JudgeFailure failure, string reason, TimeSpan? retryAfter = null) =>
        new(failure, JudgeAnswer.Shortened(Hide(reason)), retryAfter);

    string Hide(string text) => _key is null ? text : text.Replace(_key, "***", StringComparison.OrdinalIgnoreCase);
}
