using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>An evaluator that can be asked, wherever it runs.</summary>
public interface IJudge
{
    /// <summary>Which evaluator.</summary>
    EvaluatorDescription Description { get; }

    /// <summary>How long it may take for a batch; null for what everybody may.</summary>
    TimeSpan? Deadline => null;

    /// <summary>Scores a batch. Whatever it throws, and whatever is wrong with what it returns, is its own failure.</summary>
    /// <param name="items">With everything that <see cref="EvaluatorDescription.Needs"/> names, and nothing else.</param>
    /// <param name="ct">Its deadline.</param>
    /// <returns>One result for each item, in the items' order.</returns>
    Task<IReadOnlyList<ItemResult>> ScoreAsync(IReadOnlyList<EvaluationItem> items, CancellationToken ct);
}

/// <summary>Finds judges.</summary>
public interface IJudges
{
    /// <summary>Who judges a run beside those of its world, because somebody brought it.</summary>
    IReadOnlyList<EvaluatorDescription> BesideWorld(RunId run) => [];

    /// <summary>What the metrics of a version of an evaluator mean; null where nobody here knows it.</summary>
    IReadOnlyList<Metric>? MetricsOf(string evaluator, string version) => BuiltInEvaluators.MetricsOf(evaluator, version);

    /// <summary>The judge of a description; null where nobody here is that evaluator in that version.</summary>
    IJudge? Find(EvaluatorDescription evaluator);
}
