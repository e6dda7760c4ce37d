using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>An evaluator of the catalogue, and what may be chosen about it.</summary>
/// <param name="Create">Makes one; throws <see cref="EvaluatorSettingException"/> where a value cannot be.</param>
/// <param name="Settings">What may be chosen.</param>
public sealed record CatalogueEntry(Func<EvaluatorSettings, IEvaluator> Create, params IReadOnlyList<EvaluatorSetting> Settings)
{
    /// <summary>The one with the defaults of all settings.</summary>
    public IEvaluator Usual { get; } = Create(new EvaluatorSettings(Settings, new Dictionary<string, string>()));

    /// <summary>One with the settings that were chosen, and the defaults of the others.</summary>
    /// <param name="chosen">Values by name.</param>
    /// <exception cref="EvaluatorSettingException">A setting is not there, or its value cannot be.</exception>
    public IEvaluator With(IReadOnlyDictionary<string, string> chosen) => Create(new EvaluatorSettings(Settings, chosen));
}
