using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>An evaluator behind a URL: GET says who it is, POST scores. What it does cannot be hashed, only its URL.</summary>
public sealed class HttpJudge : IJudge, IAsyncDisposable
{
    readonly HttpEvaluator _endpoint;
    readonly SemaphoreSlim _turn = new(1);
    bool _known;                               // it has said who it is since the last fault; who holds the turn may touch it

    internal HttpJudge(EvaluatorDescription description, EvaluatorLimits limits, string url)
    {
        (Description, Deadline) = (description, limits.Deadline);
        _endpoint = new HttpEvaluator(description.Id, url);
    }

    /// <inheritdoc/>
    public EvaluatorDescription Description { get; }

    /// <inheritdoc/>
    public TimeSpan? Deadline { get; }

    /// <inheritdoc/>
    /// <exception cref="EvaluatorRefusedException">It does not say of itself what it said when it was injected.</exception>
    /// <exception cref="EvaluatorFaultException">It did something that it must not do.</exception>
    public async Task<IReadOnlyList<ItemResult>> ScoreAsync(IReadOnlyList<EvaluationItem> items, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_known && (await _endpoint.HelloAsync(ct).ConfigureAwait(false)).DifferenceFrom(Description) is { } difference)
                throw new EvaluatorRefusedException(Description.Id, difference);
            _known = false;
            var results = new ItemResult[items.Count];
            foreach (var (number, batch) in ItemBatches.Of(items, Description.Needs).Index())
            {
                EvaluationItem[] asked = [.. batch.Select(at => items[at])];
                var answer = await _endpoint.ScoreAsync(number, asked, Description.Metrics, ct).ConfigureAwait(false);
                foreach (var (place, at) in batch.Index()) results[at] = answer[place];
            }
            _known = true;
            return results;
        }
        finally { _turn.Release(); }
    }

    /// <summary>Closes its connections.</summary>
    public ValueTask DisposeAsync()
    {
        _endpoint.Dispose();
        return ValueTask.CompletedTask;
    }
}
