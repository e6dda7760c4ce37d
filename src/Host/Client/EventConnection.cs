using System.Text;

namespace ActorRlhf.Host.Client;

/// <summary>One connection to a host's server-sent events.</summary>
/// <remarks>
/// Not <c>SseParser</c>, which passes over comments unseen: a host that lives says something every 15 s, and that is how a
/// connection that hangs is told from a run in which nothing happens.
/// </remarks>
sealed class EventConnection : IDisposable
{
    static readonly TimeSpan s_silence = TimeSpan.FromSeconds(45);

    HttpResponseMessage? _response;
    StreamReader? _reader;

    /// <summary>Connects.</summary>
    /// <param name="host">Which host.</param>
    /// <param name="path">Path of the stream.</param>
    /// <param name="last">The id behind which it begins; empty for the first event.</param>
    /// <param name="ct">Gives up.</param>
    public async Task OpenAsync(HostConnection host, string path, string last, CancellationToken ct)
    {
        _response = await host.StreamAsync(path, last, ct).ConfigureAwait(false);
        _reader = new StreamReader(await _response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false), Encoding.UTF8);
    }

    /// <summary>The next event; null where the connection ended, broke, or has been silent for too long.</summary>
    public async Task<(string Id, string Type, string Data)?> NextAsync(CancellationToken ct)
    {
        var (id, type, data) = ("", "", "");
        try
        {
            while (await LineAsync(ct).ConfigureAwait(false) is { } line)
                if (line.Length == 0 && data.Length > 0) return (id, type, data);
                else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line[6..];
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException) { }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _response?.Dispose();
    }

    async Task<string?> LineAsync(CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        silence.CancelAfter(s_silence);
        return await _reader!.ReadLineAsync(silence.Token).ConfigureAwait(false);
    }
}
