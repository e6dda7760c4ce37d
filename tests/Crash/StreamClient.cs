using System.Text.Json;

namespace ActorRlhf.Crash;

/// <summary>Hears the events of all runs from the beginning, and goes on behind the last one when connection or host were gone.</summary>
/// <param name="host">The host.</param>
/// <param name="mostAtOnce">After so many events it goes by itself; null for never.</param>
sealed class StreamClient(SoakHost host, int? mostAtOnce)
{
    readonly Lock _lock = new();
    readonly Dictionary<(string Run, string Stream), List<long>> _heard = [];
    string? _last;

    /// <summary>How often it came again.</summary>
    public int Reconnects { get; private set; }

    /// <summary>The sequence numbers of a stream that it has heard, in the order in which it heard them.</summary>
    public IReadOnlyList<long> Of(string run, string stream)
    {
        lock (_lock) return _heard.TryGetValue((run, stream), out var heard) ? [.. heard] : [];
    }

    /// <summary>Every run of which it heard.</summary>
    public IReadOnlyList<string> Runs
    {
        get { lock (_lock) return [.. _heard.Keys.Select(key => key.Run).Distinct()]; }
    }

    /// <summary>Listens until it is told to stop.</summary>
    public async Task ListenAsync(CancellationToken ct)
    {
        for (; !ct.IsCancellationRequested; Reconnects++)
        {
            try { await HearAsync(await host.Up.WaitAsync(ct), ct); }
            // The host is gone, or the test is over.
            catch (Exception broken) when (
                broken is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
            {
            }
        }
    }

    async Task HearAsync(HttpClient client, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _last is null ? "/v1/stream?from=start" : "/v1/stream");
        if (_last is not null) request.Headers.Add("Last-Event-ID", _last);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.True(response.IsSuccessStatusCode, $"the stream behind {_last}: {(int)response.StatusCode}");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        string? place = null, data = null;
        for (var left = mostAtOnce; left is not <= 0 && await reader.ReadLineAsync(ct) is { } line;)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) place = line["id: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line["data: ".Length..];
            // An event without its blank line was broken off and does not count.
            else if (line.Length == 0 && data is not null)
            {
                Hear(place, JsonDocument.Parse(data).RootElement);
                (data, left) = (null, left - 1);
            }
        }
    }

    void Hear(string? place, JsonElement data)
    {
        var key = (data.GetProperty("run").GetString()!, data.GetProperty("stream").GetString()!);
        lock (_lock)
        {
            if (!_heard.TryGetValue(key, out var heard)) _heard.Add(key, heard = []);
            heard.Add(data.GetProperty("sequence").GetInt64());
            _last = place;
        }
    }
}
