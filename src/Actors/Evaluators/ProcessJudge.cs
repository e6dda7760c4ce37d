using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>An evaluator in a process of its own, which stays warm between batches; after a fault the next batch gets a new one.</summary>
public sealed class ProcessJudge : IJudge, IAsyncDisposable
{
    readonly EvaluatorStart _start;
    readonly SemaphoreSlim _turn = new(1);
    readonly CancellationTokenSource _end = new();
    EvaluatorProcess? _process;                // who holds the turn may touch it

    internal ProcessJudge(EvaluatorDescription description, EvaluatorStart start) => (Description, _start) = (description, start);

    /// <inheritdoc/>
    public EvaluatorDescription Description { get; }

    /// <summary>Whether a process waits for the next batch.</summary>
    internal bool IsWarm => _process is { HasEnded: false };

    /// <inheritdoc/>
    public TimeSpan? Deadline => _start.Limits.Deadline;

    /// <inheritdoc/>
    /// <exception cref="EvaluatorRefusedException">It is not what was injected, or may not run here.</exception>
    /// <exception cref="EvaluatorFaultException">It did something that it must not do.</exception>
    public async Task<IReadOnlyList<ItemResult>> ScoreAsync(IReadOnlyList<EvaluationItem> items, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, _end.Token);
        await _turn.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            if (_process is { HasEnded: true }) await DropAsync().ConfigureAwait(false);
            _process ??= await StartAsync(stop.Token).ConfigureAwait(false);
            return await _process.ScoreAsync(items, stop.Token).ConfigureAwait(false);
        }
        catch
        {
            await DropAsync().ConfigureAwait(false);
            throw;
        }
        finally { _turn.Release(); }
    }

    /// <summary>Ends the process, and whoever waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_process is not null) await _process.EndAsync().ConfigureAwait(false);
            _process = null;
        }
        finally { _turn.Release(); }
    }

    async Task<EvaluatorProcess> StartAsync(CancellationToken ct)
    {
        var process = await EvaluatorProcess.StartAsync(_start, Description.Hash, ct).ConfigureAwait(false);
        if (process.Said.DifferenceFrom(Description) is not { } difference) return process;
        await process.DisposeAsync().ConfigureAwait(false);
        throw new EvaluatorRefusedException(Description.Id, difference);
    }

    async Task DropAsync()
    {
        if (_process is not null) await _process.DisposeAsync().ConfigureAwait(false);
        _process = null;
    }
}
