using System.Net;
using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>bench --record</c>: what policies of runs do of a benchmark becomes events of the runs.</summary>
/// <param name="request">What is asked.</param>
/// <param name="benchmark">What it means.</param>
/// <param name="json">A line of JSON each as it comes, or a table at the end.</param>
sealed class BenchRecord(BenchmarkRequest request, Benchmark benchmark, bool json)
{
    readonly List<BenchmarkLine> _lines = [];

    /// <summary>Asks one policy after the other, and prints what the logs have of them.</summary>
    /// <param name="host">Who does it; null for this process.</param>
    /// <param name="directory">The data directory, where no host does it.</param>
    /// <param name="models">Each <c>run:RUN@STEP</c>.</param>
    /// <param name="ct">Gives up; what was recorded stays.</param>
    /// <returns>The exit code: whether every question was scored.</returns>
    public async Task<int> RunAsync(HostConnection? host, string? directory, IReadOnlyList<string> models, CancellationToken ct)
    {
        try
        {
            RunPolicyName[] names = [.. models.Select(NameOf)];
            await (host is null ? HereAsync(directory, names, ct) : ThereAsync(host, names, ct)).ConfigureAwait(false);
        }
        finally { if (!json) BenchmarkTable.Write(_lines); }
        return _lines.Find(line => line.Aggregates.Values.Any(one => one.Failed > 0)) is { } failed
            ? Talk.Refuse(ExitCode.Failed, FormattableString.Invariant(
                $"{failed.Aggregates.Values.Max(one => one.Failed)} of {failed.Items} items failed with run:{failed.Run}@{failed.Step}; ")
                + $"artefact {failed.Artefact} says why")
            : ExitCode.Done;
    }

    async Task HereAsync(string? directory, IReadOnlyList<RunPolicyName> names, CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var reader = new RunReader(data.Store);
        (RunRecord Run, int Step)[] asked = [.. names.Select(name => RunModel.Find(reader, name))];
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, ct).ConfigureAwait(false);
        var benchmarks = new RunBenchmarks(host.Runs, host.Pool);
        foreach (var (run, step) in asked)
        {
            var line = await benchmarks.RunAsync(
                run, step, request, benchmark, Environment.UserName, new InquiryListener(Talk.Say, _ => { }), ct).ConfigureAwait(false);
            results.Let(() => Take(line));
        }
    }

    async Task ThereAsync(HostConnection host, IReadOnlyList<RunPolicyName> names, CancellationToken ct)
    {
        foreach (var name in names)
        {
            var job = await host.DoAsync($"{HostRuns.PathOf(name.Run)}/benchmarks", request with { Step = name.Step }, Talk.Say, ct)
                .ConfigureAwait(false);
            Take(job.State is JobState.Done
                ? ((JsonElement)job.Result!).Deserialize<BenchmarkLine>(EventJson.Format)!
                : throw new HostRefusedException((int)HttpStatusCode.InternalServerError, job.Problem ?? $"the job was {job.State}"));
        }
    }

    void Take(BenchmarkLine line)
    {
        _lines.Add(line);
        if (json) JsonOutput.Write(line);
    }

    static RunPolicyName NameOf(string model) => RunPolicyName.TryParse(model, out var name)
        ? name
        : throw new ArgumentException($"'{model}' is not {RunPolicyName.Form}", nameof(model));
}
