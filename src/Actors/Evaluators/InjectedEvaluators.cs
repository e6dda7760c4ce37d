using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>
/// The evaluators that runs can ask: built-in ones, and those of the registry, each started when it is first asked and kept warm.
/// </summary>
/// <remarks>Any number of threads may use it. Dispose it to end what it started, when nobody is asked any more.</remarks>
/// <param name="registry">What people brought.</param>
/// <param name="judges">Starts them.</param>
public sealed class InjectedEvaluators(EvaluatorRegistry registry, EvaluatorJudges judges) : IJudges, IAsyncDisposable
{
    readonly BuiltInJudges _builtIn = new();
    readonly KnownMetrics _metrics = new(registry);
    readonly ConcurrentDictionary<(string Id, string Version, ContentHash Hash), Lazy<IJudge>> _warm = [];

    /// <summary>What people brought.</summary>
    public EvaluatorRegistry Registry => registry;

    /// <summary>Looks at an evaluator and brings it, durably; a former version of it is asked no more.</summary>
    /// <param name="wanted">What it is made of, and what it may take.</param>
    /// <param name="runs">The runs that ask it; empty for all.</param>
    /// <param name="by">The person or token that brings it.</param>
    /// <param name="ct">Gives up looking at it.</param>
    /// <exception cref="EvaluatorRefusedException">It cannot be brought.</exception>
    /// <exception cref="Log.Disk.DataDirectoryUnusableException">The journal cannot be written; nothing was brought.</exception>
    public async Task<RegisteredEvaluator> InjectAsync(
        WantedEvaluator wanted, IReadOnlyCollection<RunId> runs, string by, CancellationToken ct)
    {
        var evaluator = await DiscoverAsync(wanted, ct).ConfigureAwait(false);
        var former = registry.Find(evaluator.Description.Id);
        var brought = registry.Inject(evaluator, judges.IsolationOf(evaluator), runs, by);
        // What is warm has the limits with which it was started.
        if (former is not null
            && (Key(former.Evaluator.Description) != Key(evaluator.Description) || former.Evaluator.Limits != evaluator.Limits))
            await EndAsync(former.Evaluator.Description).ConfigureAwait(false);
        return brought;
    }

    /// <summary>Looks at an evaluator, and brings nothing.</summary>
    /// <exception cref="EvaluatorRefusedException">It cannot be brought.</exception>
    public Task<InjectedEvaluator> DiscoverAsync(WantedEvaluator wanted, CancellationToken ct) =>
        judges.DiscoverAsync(wanted.Source, wanted.Limits, wanted.Id, wanted.Version, wanted.Role, ct);

    /// <summary>Lets an evaluator that is not brought judge some items.</summary>
    /// <exception cref="EvaluatorRefusedException">It cannot be started.</exception>
    public async Task<IReadOnlyList<ItemResult>> TryAsync(
        InjectedEvaluator evaluator, IReadOnlyList<EvaluationItem> items, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(evaluator.Limits.Deadline);
        var judge = judges.Create(evaluator);
        try { return await judge.ScoreAsync(items, late.Token).ConfigureAwait(false); }
        finally { await EndAsync(judge).ConfigureAwait(false); }
    }

    /// <summary>Removes an evaluator, durably, and ends what it started.</summary>
    /// <returns>What was removed; null where there is none of that id.</returns>
    /// <exception cref="Log.Disk.DataDirectoryUnusableException">The journal cannot be written; it is asked still.</exception>
    public async Task<RegisteredEvaluator?> RemoveAsync(string id, string by)
    {
        if (registry.Remove(id, by) is not { } removed) return null;
        await EndAsync(removed.Evaluator.Description).ConfigureAwait(false);
        return removed;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EvaluatorDescription> BesideWorld(RunId run) =>
        [.. registry.AskedBy(run).Select(one => one.Evaluator.Description)];

    /// <inheritdoc/>
    public IReadOnlyList<Metric>? MetricsOf(string evaluator, string version) => _metrics.Of(evaluator, version);

    /// <inheritdoc/>
    public IJudge? Find(EvaluatorDescription evaluator)
    {
        if (_builtIn.Find(evaluator) is { } known) return known;
        if (registry.Find(evaluator.Id) is not { } found || Key(found.Evaluator.Description) != Key(evaluator)) return null;
        return _warm.GetOrAdd(Key(evaluator), _ => new Lazy<IJudge>(() => judges.Create(found.Evaluator))).Value;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var key in _warm.Keys)
            await EndAsync(key).ConfigureAwait(false);
    }

    ValueTask EndAsync(EvaluatorDescription evaluator) => EndAsync(Key(evaluator));

    /// <summary>Ends what was started; one that was refused has started nothing, and refuses again when it is asked for.</summary>
    async ValueTask EndAsync((string, string, ContentHash) key)
    {
        if (_warm.TryRemove(key, out var judge) && judge.IsValueCreated) await EndAsync(judge.Value).ConfigureAwait(false);
    }

    static ValueTask EndAsync(IJudge judge) => judge is IAsyncDisposable started ? started.DisposeAsync() : ValueTask.CompletedTask;

    static (string, string, ContentHash) Key(EvaluatorDescription evaluator) => (evaluator.Id, evaluator.Version, evaluator.Hash);
}
