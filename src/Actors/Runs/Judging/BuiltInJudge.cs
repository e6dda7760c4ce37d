using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>
/// An evaluator of this process, on a thread of its own: one that hangs holds up nobody, and its thread ends with the process.
/// </summary>
public sealed class BuiltInJudge : IJudge
{
    static readonly ConcurrentDictionary<string, ContentHash> s_hashes = [];   // by assembly

    readonly IEvaluator _evaluator;

    /// <param name="evaluator">Pure and thread-safe.</param>
    public BuiltInJudge(IEvaluator evaluator) : this(evaluator, Describe(evaluator)) { }

    /// <param name="evaluator">Pure and thread-safe.</param>
    /// <param name="description">What it is called here.</param>
    public BuiltInJudge(IEvaluator evaluator, EvaluatorDescription description) => (_evaluator, Description) = (evaluator, description);

    /// <inheritdoc/>
    public EvaluatorDescription Description { get; }

    /// <summary>An evaluator of this process as data; its hash is that of the assembly that it is compiled into.</summary>
    public static EvaluatorDescription Describe(IEvaluator evaluator) =>
        new(evaluator.Id, evaluator.Version, HashOf(evaluator), evaluator.Needs, evaluator.Metrics);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemResult>> ScoreAsync(IReadOnlyList<EvaluationItem> items, CancellationToken ct) =>
        Task.Factory.StartNew(() => _evaluator.Score(items), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(ct);

    static ContentHash HashOf(IEvaluator evaluator) =>
        s_hashes.GetOrAdd(evaluator.GetType().Assembly.Location, path => ContentHash.Of(File.ReadAllBytes(path)));
}

/// <summary>The evaluators that come with the system.</summary>
public sealed class BuiltInJudges : IJudges
{
    /// <inheritdoc/>
    public IJudge? Find(EvaluatorDescription evaluator) =>
        BuiltInEvaluators.ById.TryGetValue(evaluator.Id, out var known) && known.Version == evaluator.Version
            ? new BuiltInJudge(known)
            : null;
}
