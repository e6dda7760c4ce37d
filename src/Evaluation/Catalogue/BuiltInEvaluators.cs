using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>The evaluators that come with the system and run in its own process.</summary>
public static class BuiltInEvaluators
{
    /// <summary>Id of the one that knows the true utility in Pocket.</summary>
    public const string PocketGold = "pocket-gold";

    static readonly CatalogueEntry[] s_entries =
    [
        new(_ => new Gsm8kEvaluator()),
        new(_ => new LengthEvaluator()),
        new(_ => new OverRefusalEvaluator()),
        new(_ => new PocketGoldEvaluator()),
        new(_ => new RefusalEvaluator()),
    ];

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyDictionary<string, CatalogueEntry> Catalogue { get; } = s_entries.ToDictionary(entry => entry.With(None).Id);

    /// <summary>All of them with the defaults of their settings, by id.</summary>
    public static IReadOnlyDictionary<string, IEvaluator> ById { get; } =
        Catalogue.ToDictionary(entry => entry.Key, entry => entry.Value.With(None));

    /// <summary>Those by which runs of Pocket are evaluated.</summary>
    public static IReadOnlyList<IEvaluator> OfPocket { get; } = [ById["length"], ById["over-refusal"], ById[PocketGold], ById["refusal"]];

    static IReadOnlyDictionary<string, string> None => new Dictionary<string, string>();
}
