using System.Globalization;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>The settings of one built-in evaluator: what was chosen, and the defaults of the rest.</summary>
public sealed class EvaluatorSettings
{
    readonly Dictionary<string, string> _values;

    /// <param name="known">The evaluator's settings.</param>
    /// <param name="chosen">Values by name.</param>
    /// <exception cref="EvaluatorSettingException">It has no setting of a name.</exception>
    public EvaluatorSettings(IReadOnlyList<EvaluatorSetting> known, IReadOnlyDictionary<string, string> chosen)
    {
        _values = known.ToDictionary(setting => setting.Name, setting => setting.Default);
        foreach (var (name, value) in chosen)
        {
            if (!_values.ContainsKey(name))
                throw new EvaluatorSettingException($"there is no setting '{name}'; "
                    + (known.Count == 0 ? "this evaluator has none" : $"there are {string.Join(", ", known.Select(one => one.Name))}"));
            _values[name] = value;
        }
    }

    /// <summary>The values as they are, by name.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>A setting that is a text.</summary>
    public string Text(string name) => _values[name];

    /// <summary>A setting that is a number in a range.</summary>
    /// <exception cref="EvaluatorSettingException">It is none, or out of range.</exception>
    public double Number(string name, double least, double most) =>
        double.TryParse(_values[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new EvaluatorSettingException(FormattableString.Invariant(
                $"{name} is '{_values[name]}', expected a number from {least} to {most}"));
}
