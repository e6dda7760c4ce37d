using System.Text;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
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
/// <param name="store">Where the runs are.</param>
/// <param name="runs">The runs of this process, of which the evaluations alone write logs of evaluations.</param>
/// <param name="pool">Where to compute, beside runs.</param>
sealed class RunBenchmarks(Store store, RunSystem runs, ComputePool pool)
{
    /// <summary>Asks the policy after a step, unless the log has the answers.</summary>
    /// <param name="name">The run.</param>
    /// <param name="request">What is asked, as it came.</param>
    /// <param name="benchmark">What it means.</param>
    /// <param name="by">The person or token that asks.</param>
    /// <param name="listener">Hears how it goes on.</param>
    /// <param name="ct">Ends it; nothing is recorded then.</param>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    /// <exception cref="NotRecordedException">The log could not be written.</exception>
    public async Task<BenchmarkLine> RunAsync(
        RunId name, BenchmarkRequest request, Benchmark benchmark, string by, InquiryListener listener, CancellationToken ct)
    {
        var run = new RunReader(store).OpenVerified(name.Value);
        var step = request.Step ?? run.State.Step;
        var point = run.After(step) ?? throw new StepNotLoggedException(name, step, run.State);
        var questions = Encoding.UTF8.GetBytes(request.Questions);
        var shots = request.Task is Benchmark.Gsm8k && request.Shots > 0 ? Encoding.UTF8.GetBytes(request.ShotsText!) : null;
        var asked = new BenchmarkCompleted.Key(
            step, benchmark.Name, benchmark.Version, benchmark.Settings, ContentHash.Of(questions),
            shots is null ? null : ContentHash.Of(shots));
        var recordedBefore = run.Evaluations().Select(read => read.Event).OfType<BenchmarkCompleted>();
        if (recordedBefore.FirstOrDefault(one => one.Asked() == asked) is { } known)
        {
            listener.Say($"run {name} after step {step} was asked this before");
            return BenchmarkLine.Of(name.Value, known);
        }
        listener.Say($"run {name} after step {step}{StepsAgain.Of(run, step)}");
        var model = ModelToGenerate.Of(await RunModel.LoadAsync(run, step, request.AcceptBuild, ct, pool).ConfigureAwait(false));
        var done = new BenchmarkDone(
            step, benchmark.Name, benchmark.Version, benchmark.Settings, point.State.Weights!.Value, point.Head, questions, shots,
            [.. benchmark.Metrics.Select(metric => metric.Name)], await Task.Run(() => Ask(benchmark, model, listener, ct), ct)
                .ConfigureAwait(false));
        var reply = await runs.EvaluationsAsync(name, new RecordBenchmark(done, by), ct).ConfigureAwait(false);
        return reply is BenchmarkRecorded recorded
            ? BenchmarkLine.Of(name.Value, recorded.Benchmark)
            : throw new NotRecordedException(name, EvaluationsLost.Why(reply));
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
