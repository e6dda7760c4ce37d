using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Evaluation.Catalogue.Symptoms;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Pocket;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>The evaluators that come with the system and run in its own process.</summary>
public static class BuiltInEvaluators
{
    /// <summary>Id of the one that knows the true utility in Pocket.</summary>
    public const string PocketGold = "pocket-gold";

    static readonly CatalogueEntry[] s_entries =
    [
        new(_ => new ApologyEvaluator()),
        new(_ => new DiversityEvaluator()),
        new(_ => new EntropyEvaluator()),
        new(_ => new FormatEvaluator()),
        new(_ => new Gsm8kEvaluator()),
        new(_ => new HedgingEvaluator()),
        new(_ => new KlEvaluator()),
        new(_ => new LanguageMixEvaluator()),
        new(_ => new LazinessEvaluator()),
        new(_ => new LengthEvaluator()),
        new(_ => new OverRefusalEvaluator()),
        new(_ => new PocketChecksEvaluator()),
        new(_ => new PocketGoldEvaluator()),
        .. Enum.GetValues<PocketFamily>().Select(family => new CatalogueEntry(_ => new PocketFamilyGoldEvaluator(family))),
        new(_ => new RefusalEvaluator()),
        new(_ => new RepetitionEvaluator()),
        new(_ => new SycophancyEvaluator()),
        new(settings => new VerbosityEvaluator((int)settings.Number(VerbosityEvaluator.Budget, 0, VerbosityEvaluator.LargestBudget)),
            new EvaluatorSetting(VerbosityEvaluator.Budget, "0",
                "Words that any answer may have, whatever the prompt asks, 0 to 1000000; 0 for no limit but the prompt's own.")),
    ];

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyDictionary<string, CatalogueEntry> Catalogue { get; } = s_entries.ToDictionary(entry => entry.Usual.Id);

    /// <summary>All of them with the defaults of their settings, by id.</summary>
    public static IReadOnlyDictionary<string, IEvaluator> ById { get; } =
        Catalogue.ToDictionary(entry => entry.Key, entry => entry.Value.Usual);

    /// <summary>Those by which runs of Pocket are evaluated.</summary>
    public static IReadOnlyList<IEvaluator> OfPocket { get; } =
    [
        ById["length"], ById["over-refusal"], ById[PocketChecksEvaluator.Name], ById[PocketGold], ById["refusal"],
    ];

    /// <summary>What the metrics of a version mean; null for one that is not of this build.</summary>
    public static IReadOnlyList<Metric>? MetricsOf(string id, string version) =>
        ById.TryGetValue(id, out var evaluator) && evaluator.Version == version ? evaluator.Metrics : null;

    /// <summary>The entry that a person means; null if there is none.</summary>
    /// <param name="name">Its id; <c>gold</c> and <c>gold-FAMILY</c> mean <c>pocket-gold</c> and <c>pocket-gold-FAMILY</c>.</param>
    public static CatalogueEntry? Find(string name) =>
        Catalogue.GetValueOrDefault(name is "gold" || name.StartsWith("gold-", StringComparison.Ordinal) ? $"pocket-{name}" : name);
}
