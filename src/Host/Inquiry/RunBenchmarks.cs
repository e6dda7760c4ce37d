using System.Diagnostics;
using System.Text;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Lets the policies of runs do benchmarks, and writes what came of it into their logs.</summary>
/// <param name="runs">The runs of this process, of which the evaluations alone write logs of evaluations.</param>
/// <param name="pool">Where to compute, beside runs.</param>
sealed class RunBenchmarks(RunSystem runs, ComputePool pool)
{
    /// <summary>Asks the policy after a step, unless the log has the answers.</summary>
    /// <param name="asks">The run, verified; what a fork shares with its parent is the parent's.</param>
    /// <param name="step">The step, which is in its log.</param>
    /// <param name="request">What is asked, as it came.</param>
    /// <param name="benchmark">What it means.</param>
    /// <param name="by">The person or token that asks.</param>
    /// <param name="listener">Hears how it goes on.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    /// <exception cref="NotRecordedException">No question could be asked, or the log could not be written.</exception>
    public async Task<BenchmarkLine> RunAsync(
        RunRecord asks, int step, BenchmarkRequest request, Benchmark benchmark, string by, InquiryListener listener, CancellationToken ct)
    {
        var run = asks.OwnerOf(step);
        var point = run.After(step) ?? throw new StepNotLoggedException(run.Id, step, run.State);
        var questions = Encoding.UTF8.GetBytes(request.Questions);
        var shots = request.Task is Benchmark.Gsm8k && request.Shots > 0 ? Encoding.UTF8.GetBytes(request.ShotsText!) : null;
        var asked = new BenchmarkCompleted.Request(
            step, benchmark.Name, benchmark.Version, benchmark.Settings, ContentHash.Of(questions),
            shots is null ? null : ContentHash.Of(shots));
        var recordedBefore = run.Evaluations().Select(read => read.Event).OfType<BenchmarkCompleted>();
        if (recordedBefore.FirstOrDefault(one => one.Asked() == asked) is { } known)
        {
            listener.Say($"run {run.Id} after step {step} was asked this before");
            return BenchmarkLine.Of(run.Id.Value, known);
        }
        listener.Say($"run {run.Id} after step {step}{StepsAgain.Of(run, step)}");
        var clock = Stopwatch.StartNew();
        var model = ModelToGenerate.Of(await RunModel.LoadAsync(run, step, request.AcceptBuild, ct, pool).ConfigureAwait(false));
        var rows = await Task.Run(() => Ask(benchmark, model, listener, ct), ct).ConfigureAwait(false);
        var failed = rows.FindAll(row => row.Scores is null);
        // A log keeps what it has for ever, and this would say nothing of the policy.
        if (failed.Count == rows.Count)
            throw new NotRecordedException(run.Id, $"no question could be asked; item {failed[0].Index}: {failed[0].Error}");
        if (failed.Count > 0)
            listener.Say($"{failed.Count} of {rows.Count} items failed; item {failed[0].Index}: {failed[0].Error}");
        var done = new BenchmarkDone(
            step, benchmark.Name, benchmark.Version, benchmark.Settings, point.State.Weights!.Value, point.Head, questions, shots,
            [.. benchmark.Metrics.Select(metric => metric.Name)], rows, clock.Elapsed);
        var reply = await runs.EvaluationsAsync(run.Id, new RecordBenchmark(done, by), ct).ConfigureAwait(false);
        return reply is BenchmarkRecorded recorded
            ? BenchmarkLine.Of(run.Id.Value, recorded.Benchmark)
            : throw new NotRecordedException(run.Id, EvaluationsLost.Why(reply));
    }

    List<BenchmarkRow> Ask(Benchmark benchmark, ModelToGenerate model, InquiryListener listener, CancellationToken ct)
    {
        using var workers = pool.Share(pool.Threads);
        var rows = new List<BenchmarkRow>();
        foreach (var batch in benchmark.Ask(model, workers))
        {
            ct.ThrowIfCancellationRequested();
            rows.AddRange(batch.Select(one => new BenchmarkRow(
                one.Line.Index, one.Line.Completion, one.Line.LogLikelihoods, one.Line.Scores, one.Line.Error)));
            listener.Progress((double)rows.Count / benchmark.Count);
        }
        return rows;
    }
}
