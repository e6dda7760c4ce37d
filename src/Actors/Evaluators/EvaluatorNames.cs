using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>What kinds, needs, directions and roles are called on the wire and in the log.</summary>
public static class EvaluatorNames
{
    /// <summary>Name of a kind.</summary>
    public static string Of(EvaluatorKind kind) => kind is EvaluatorKind.BuiltIn ? "built-in" : Lower(kind);

    /// <summary>Name of a direction.</summary>
    public static string Of(MetricDirection direction) => Lower(direction);

    /// <summary>Name of a role.</summary>
    public static string Of(MetricRole role) => Lower(role);

    /// <summary>Names of what is needed.</summary>
    public static IEnumerable<string> Of(EvaluatorNeeds needs) =>
        Enum.GetValues<EvaluatorNeeds>().Where(one => needs.HasFlag(one)).Select(one => Lower(one));

    /// <summary>The kind of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static EvaluatorKind Kind(string name) => Parse<EvaluatorKind>(name, Of);

    /// <summary>The direction of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static MetricDirection Direction(string name) => Parse<MetricDirection>(name, Of);

    /// <summary>The role of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static MetricRole Role(string name) => Parse<MetricRole>(name, Of);

    /// <summary>What some names need together.</summary>
    /// <exception cref="FormatException">One is none.</exception>
    public static EvaluatorNeeds Needs(IEnumerable<string> names) =>
        names.Aggregate(EvaluatorNeeds.Text, (needs, name) => needs | Parse<EvaluatorNeeds>(name, one => Lower(one)));

    static T Parse<T>(string name, Func<T, string> nameOf) where T : struct, Enum
    {
        foreach (var one in Enum.GetValues<T>())
            if (nameOf(one) == name) return one;
        throw new FormatException($"'{name}' is none of {string.Join(", ", Enum.GetValues<T>().Select(nameOf))}");
    }

    static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
