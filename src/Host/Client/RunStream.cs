using System.Runtime.CompilerServices;
using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Client;

/// <summary>A run's server-sent events, over as many connections as it takes.</summary>
/// <param name="host">Which host.</param>
/// <param name="run">The run's whole id.</param>
sealed class RunStream(HostConnection host, string run)
{
    const int MostDoublings = 5;
    static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(250);

    readonly string _path = HostRuns.PathOf(run);
    string _last = "";

    /// <inheritdoc cref="IRunSource.FollowAsync"/>
    /// <exception cref="HostUnreachableException">
    /// The first connection fails; later ones are tried again for as long as it takes.
    /// </exception>
    public async IAsyncEnumerable<object> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (var (failures, was) = (0, false); ;)
        {
            using var connection = new EventConnection();
            var open = true;
            try { await connection.OpenAsync(host, $"{_path}/stream", _last, ct).ConfigureAwait(false); }
            catch (HostUnreachableException) when (was) { open = false; }
            catch (HostRefusedException failure) when (was && failure.ExitCode is ExitCode.Unreachable) { open = false; }
            if (open && failures > 0) yield return new Notice($"the host at {host.Server} answers again", IsOver: true);
            was = true;
            while (open)
            {
                if (await connection.NextAsync(ct).ConfigureAwait(false) is not { } one) break;
                failures = 0;
                if (one.Type == "progress") yield return Read<TrainingProgress>(one.Data);
                else
                {
                    var line = Read<EventLine>(one.Data);
                    if (line.EndsRun())
                    {
                        if (await RestAsync(ct).ConfigureAwait(false) is not { } rest) break;
                        foreach (var found in rest) yield return found;
                        yield return line;
                        yield break;
                    }
                    _last = one.Id;
                    yield return line;
                }
            }
            if (failures == 0) yield return new Notice($"the host at {host.Server} went away; trying to reach it again");
            await Task.Delay(s_firstPause * (1 << Math.Min(failures++, MostDoublings)), ct).ConfigureAwait(false);
        }
    }

    /// <summary>What was found out about a run before it ended, and was not yet sent; null where the host went away.</summary>
    async Task<IReadOnlyList<EventLine>?> RestAsync(CancellationToken ct)
    {
        var known = StreamPosition.Parse(_last).Evaluations;
        try
        {
            var answer = await host.LinesAsync<EventLine>($"{_path}/events.jsonl?stream={EventQuery.Evaluations}", ct)
                .ConfigureAwait(false);
            return [.. (await answer.AllAsync(ct).ConfigureAwait(false)).Where(line => line.Run is null && line.Sequence > known)
                .Select(line => line with { Stream = EventQuery.Evaluations })];
        }
        catch (HostUnreachableException) { return null; }
    }

    T Read<T>(string json)
    {
        try { return JsonSerializer.Deserialize<T>(json, EventJson.Format) ?? throw new JsonException("it is null"); }
        catch (JsonException) { throw new ForeignAnswerException(host.Server, "its stream has events of another kind"); }
    }
}
