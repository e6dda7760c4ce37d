using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>Writes server-sent events to one client (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
/// <remarks>Whatever is written is on its way when the call returns, so nothing piles up here. For one caller at a time.</remarks>
/// <param name="response">The answer.</param>
/// <param name="mayGoOn">Whether the client's token is still good; asked about once a second.</param>
sealed class SentEvents(HttpResponse response, Func<bool> mayGoOn)
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10), s_keepAlive = TimeSpan.FromSeconds(15);
    static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    long _spoke, _looked;

    /// <summary>Lets the client know that it is connected.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        await response.StartAsync(ct).ConfigureAwait(false);
        await WriteAsync(": connected\n\n", ct).ConfigureAwait(false);
    }

    /// <summary>Sends an event.</summary>
    /// <param name="id">What the client says when it comes again; null for an event that is stored nowhere.</param>
    /// <param name="type">Its name.</param>
    /// <param name="data">Written as JSON.</param>
    /// <exception cref="StreamNotReadException">The client does not read.</exception>
    /// <exception cref="OperationCanceledException">Nobody is there any more who may read it.</exception>
    public Task SendAsync<T>(string? id, string type, T data, CancellationToken ct) =>
        WriteAsync(Text(id, type, JsonSerializer.Serialize(data, EventJson.Format)), ct);

    /// <summary>Sends events that are written already, all at once.</summary>
    /// <exception cref="StreamNotReadException">The client does not read.</exception>
    /// <exception cref="OperationCanceledException">Nobody is there any more who may read it.</exception>
    public Task SendAsync(IEnumerable<(string Id, WrittenEvent Event)> events, CancellationToken ct) =>
        WriteAsync(string.Concat(events.Select(one => Text(one.Id, one.Event.Type, one.Event.Json))), ct);

    /// <summary>There is nothing to send; now and then a comment says that this is so.</summary>
    /// <exception cref="StreamNotReadException">The client does not read.</exception>
    /// <exception cref="OperationCanceledException">Nobody is there any more who may read it.</exception>
    public Task IdleAsync(CancellationToken ct)
    {
        ThrowUnlessItMay();
        return TimeProvider.System.GetElapsedTime(_spoke) > s_keepAlive ? WriteAsync(": still here\n\n", ct) : Task.CompletedTask;
    }

    static string Text(string? id, string type, string json) => $"{(id is null ? "" : $"id: {id}\n")}event: {type}\ndata: {json}\n\n";

    async Task WriteAsync(string text, CancellationToken ct)
    {
        ThrowUnlessItMay();
        using var patience = new CancellationTokenSource(s_patience);
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await response.WriteAsync(text, hurry.Token).ConfigureAwait(false);
            await response.Body.FlushAsync(hurry.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested) { throw new StreamNotReadException(s_patience); }
        // The web server takes a write that is given up for a client that went, and throws nothing.
        if (patience.IsCancellationRequested) throw new StreamNotReadException(s_patience);
        _spoke = TimeProvider.System.GetTimestamp();
    }

    void ThrowUnlessItMay()
    {
        if (_looked != 0 && TimeProvider.System.GetElapsedTime(_looked) < s_look) return;
        if (!mayGoOn()) throw new OperationCanceledException("the token is no longer good");
        _looked = TimeProvider.System.GetTimestamp();
    }
}
