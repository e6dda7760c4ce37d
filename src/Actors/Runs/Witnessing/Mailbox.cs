using System.Globalization;
using System.Net.Http.Headers;
using System.Threading.Channels;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>The letters on their way to one address on the network: one POST after the other, each until it is taken.</summary>
/// <remarks>
/// Failure policy: safe. No run waits for it. A letter whose answer was lost is sent twice. Where more wait than there is room for,
/// the oldest goes: of a witness's lines the hash of a later one has everything before in it. Any number of threads may add.
/// </remarks>
sealed class Mailbox
{
    /// <summary>Most letters that wait.</summary>
    public const int Most = 1000;

    static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10), s_longestPause = TimeSpan.FromMinutes(1);
    static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_connection = TimeSpan.FromMinutes(5);    // a name may come to mean another machine

    readonly MailAddress _to;
    readonly TimeProvider _time;
    readonly Channel<Letter> _waiting = Channel.CreateBounded<Letter>(
        new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
        dropped => dropped.OnLate(LetterFate.Lost, string.Create(CultureInfo.InvariantCulture, $"more than {Most} of them wait")));
    readonly CancellationTokenSource _closing = new(), _ending = new();
    readonly Task _sending;

    /// <param name="to">Where they go.</param>
    /// <param name="time">Clock of the pauses between attempts.</param>
    public Mailbox(MailAddress to, TimeProvider time)
    {
        (_to, _time) = (to, time);
        _sending = Task.Run(SendAsync);
    }

    /// <summary>Sends a letter behind all that were added before; returns at once.</summary>
    /// <param name="body">JSON.</param>
    /// <param name="onLate">Told if it is not taken at once, and what becomes of it then; on any thread, and must not throw.</param>
    public void Add(byte[] body, Action<LetterFate, string> onLate)
    {
        if (!_waiting.Writer.TryWrite(new Letter(body, _time.GetTimestamp(), onLate)))
            onLate(LetterFate.Lost, "the process ends");
    }

    /// <summary>Tries once more what waits, for as long as the caller can wait, and then gives the rest up and says so.</summary>
    public async Task CloseAsync(TimeSpan patience)
    {
        _waiting.Writer.TryComplete();
        await _closing.CancelAsync().ConfigureAwait(false);
        _ending.CancelAfter(patience);
        // A disk that hangs keeps the token's file, and knows no patience.
        await Task.WhenAny(_sending, Task.Delay(patience + s_lastWords)).ConfigureAwait(false);
    }

    async Task SendAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            // A letter and its token go nowhere but to the address that was named.
            UseProxy = !_to.Url.IsLoopback,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = s_connection,
        });
        await foreach (var letter in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
            await SendAsync(http, letter).ConfigureAwait(false);
    }

    async Task SendAsync(HttpClient http, Letter letter)
    {
        var attempts = 1;
        for (; await TryAsync(http, letter.Body).ConfigureAwait(false) is { } problem; attempts++)
        {
            if (_closing.IsCancellationRequested)
            {
                letter.OnLate(LetterFate.Lost, $"{problem}, and the process ends");
                return;
            }
            if (attempts == 1) letter.OnLate(LetterFate.Waits, problem);
            await PauseAsync(attempts).ConfigureAwait(false);
        }
        if (attempts > 1)
            letter.OnLate(LetterFate.ToldLate, string.Create(
                CultureInfo.InvariantCulture, $"{_time.GetElapsedTime(letter.Added).TotalSeconds:F0} s, {attempts} attempts"));
    }

    async Task PauseAsync(int attempts)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempts - 1), s_longestPause.TotalSeconds));
        try { await Task.Delay(pause, _time, _closing.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { } // the last attempt is made at once
    }

    /// <summary>Why a letter was not taken; null where it was.</summary>
    async Task<string?> TryAsync(HttpClient http, byte[] body)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        patience.CancelAfter(s_answer);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _to.Url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (_to.TokenFile is { } file)
            {
                if (FileKind.WhyNotRegular(file) is { } kind) return $"its token cannot be read: {file} is {kind}";
                var token = (await File.ReadAllTextAsync(file, patience.Token).ConfigureAwait(false)).Trim();
                if (token.Length == 0 || token.Any(c => c is <= ' ' or > '~')) return $"its token cannot be read: {file} is not one word";
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token)
                .ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) { return "it did not answer"; }
        catch (Exception refused) { return refused.Message; } // whatever it is: no reason to stop a run
    }

    /// <param name="Body">What is sent.</param>
    /// <param name="Added">When it was added, a timestamp of the clock.</param>
    /// <param name="OnLate">Told if it is not taken at once.</param>
    sealed record Letter(byte[] Body, long Added, Action<LetterFate, string> OnLate);
}
