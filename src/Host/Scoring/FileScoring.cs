using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Scoring;

/// <summary>Lets an evaluator judge batches of a file: several at once, results in the file's order, a few batches in memory.</summary>
/// <param name="judge">The evaluator.</param>
/// <param name="atOnce">Batches that it judges at once; 1 for one that takes turns, whose deadline would count the waiting.</param>
/// <param name="withLines">Whether the lines of <c>--json</c> are made, which takes time.</param>
sealed class FileScoring(IJudge judge, int atOnce, bool withLines)
{
    /// <summary>Judges all batches.</summary>
    /// <param name="batches">Read as far as they are needed.</param>
    /// <param name="take">Gets each batch that is done, in order, one at a time.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="EvaluatorRefusedException">It may not run here, or is not what was brought.</exception>
    public async Task RunAsync(IEnumerable<IReadOnlyList<FileItem>> batches, Action<ScoredBatch> take, CancellationToken ct)
    {
        var open = new Queue<Task<ScoredBatch>>();
        foreach (var batch in batches)
        {
            if (open.Count == atOnce) take(await open.Dequeue().ConfigureAwait(false));
            open.Enqueue(Task.Run(() => ScoreAsync(batch, ct), ct));
        }
        while (open.TryDequeue(out var next)) take(await next.ConfigureAwait(false));
    }

    async Task<ScoredBatch> ScoreAsync(IReadOnlyList<FileItem> batch, CancellationToken ct)
    {
        EvaluationItem[] items = [.. batch.Select(one => one.Item).OfType<EvaluationItem>()];
        var judged = await AskAsync(items, ct).ConfigureAwait(false);
        var (results, next) = (new ItemResult[batch.Count], 0);
        for (var i = 0; i < results.Length; i++)
            results[i] = batch[i].Error is { } error ? new FailedItem("", error) : judged[next++];
        return new ScoredBatch(batch, results, withLines ? Lines(batch, results) : null);
    }

    /// <summary>What it says; where it does something that it must not do or is late, all items of the batch failed.</summary>
    async Task<IReadOnlyList<ItemResult>> AskAsync(EvaluationItem[] items, CancellationToken ct)
    {
        if (items.Length == 0) return [];
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (judge.Deadline is { } deadline) late.CancelAfter(deadline);
        try { return await judge.ScoreAsync(items, late.Token).ConfigureAwait(false); }
        catch (EvaluatorFaultException fault) { return Failed(items, fault.Reason); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed(items, FormattableString.Invariant(
                $"no answer for {items.Length} items within {judge.Deadline!.Value.TotalSeconds} s"));
        }
    }

    static ItemResult[] Failed(EvaluationItem[] items, string why) => Array.ConvertAll(items, item => new FailedItem(item.Id, why));

    static string Lines(IReadOnlyList<FileItem> batch, ItemResult[] results)
    {
        var lines = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(lines, new JsonWriterOptions { Encoder = EventJson.Format.Encoder });
        for (var i = 0; i < results.Length; i++)
        {
            ScoreLine.Write(json, batch[i].Index, results[i]);
            json.Flush();
            lines.Write("\n"u8);
            json.Reset();
        }
        return Encoding.UTF8.GetString(lines.WrittenSpan);
    }
}
