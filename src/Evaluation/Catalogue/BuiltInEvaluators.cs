using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>The evaluators that come with the system and run in its own process.</summary>
public static class BuiltInEvaluators
{
    /// <summary>Id of the one that knows the true utility in Pocket.</summary>
    public const string PocketGold = "pocket-gold";

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyDictionary<string, IEvaluator> ById { get; } = ((IEvaluator[])[
        new LengthEvaluator(), new OverRefusalEvaluator(), new PocketGoldEvaluator(), new RefusalEvaluator(),
    ]).ToDictionary(evaluator => evaluator.Id);
}
