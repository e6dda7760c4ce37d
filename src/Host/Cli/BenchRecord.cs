using System.Net;
using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>bench --record</c>: what policies of runs do of a benchmark becomes events of the runs.</summary>
static class BenchRecord
{
    /// <summary>Asks one policy after the other, and prints what the logs have of them.</summary>
    /// <param name="host">Who does it; null for this process.</param>
    /// <param name="directory">The data directory, where no host does it.</param>
    /// <param name="models">Each <c>run:RUN@STEP</c>.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="benchmark">What it means.</param>
    /// <param name="json">A line of JSON each, or tables.</param>
    /// <param name="ct">Gives up; what was recorded stays.</param>
    /// <returns>The exit code: whether every question was scored.</returns>
    public static async Task<int> RunAsync(
        HostConnection? host, string? directory, IReadOnlyList<string> models, BenchmarkRequest request, Benchmark benchmark, bool json,
        CancellationToken ct)
    {
        var lines = host is null
            ? await HereAsync(directory, models, request, benchmark, ct).ConfigureAwait(false)
            : await ThereAsync(host, models, request, ct).ConfigureAwait(false);
        if (!json) BenchmarkTable.Write(lines);
        else foreach (var line in lines) JsonOutput.Write(line);
        return lines.Find(line => line.Aggregates.Values.Any(one => one.Failed > 0)) is { } failed
            ? Talk.Refuse(ExitCode.Failed, FormattableString.Invariant(
                $"{failed.Aggregates.Values.Max(one => one.Failed)} of {failed.Items} items failed after step {failed.Step}; artefact ")
                + $"{failed.Artefact} says why")
            : ExitCode.Done;
    }

    static async Task<List<BenchmarkLine>> HereAsync(
        string? directory, IReadOnlyList<string> models, BenchmarkRequest request, Benchmark benchmark,
        CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, ct).ConfigureAwait(false);
        var (benchmarks, lines) = (new RunBenchmarks(data.Store, host.Runs, host.Pool), new List<BenchmarkLine>());
        foreach (var model in models)
        {
            var name = NameOf(model);
            lines.Add(await benchmarks.RunAsync(
                new RunReader(data.Store).Choose(name.Run), request with { Step = name.Step }, benchmark, Environment.UserName,
                new InquiryListener(Talk.Say, _ => { }), ct).ConfigureAwait(false));
        }
        return lines;
    }

    static async Task<List<BenchmarkLine>> ThereAsync(
        HostConnection host, IReadOnlyList<string> models, BenchmarkRequest request,
        CancellationToken ct)
    {
        var lines = new List<BenchmarkLine>();
        foreach (var model in models)
        {
            var name = NameOf(model);
            var job = await host.DoAsync($"{HostRuns.PathOf(name.Run)}/benchmarks", request with { Step = name.Step }, Talk.Say, ct)
                .ConfigureAwait(false);
            lines.Add(job.State is JobState.Done
                ? ((JsonElement)job.Result!).Deserialize<BenchmarkLine>(EventJson.Format)!
                : throw new HostRefusedException((int)HttpStatusCode.InternalServerError, job.Problem ?? $"the job was {job.State}"));
        }
        return lines;
    }

    static RunPolicyName NameOf(string model) => RunPolicyName.TryParse(model, out var name)
        ? name
        : throw new ArgumentException($"'{model}' is not {RunPolicyName.Form}", nameof(model));
}
