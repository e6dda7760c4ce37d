using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>What kinds, needs, directions and roles are called on the wire and in the log: their names in lower case.</summary>
public static class WireNames
{
    /// <summary>Name of a value.</summary>
    public static string Of<T>(T value) where T : struct, Enum =>
        value is EvaluatorKind.BuiltIn ? "built-in" : value.ToString().ToLowerInvariant();

    /// <summary>Names of what is needed.</summary>
    public static IEnumerable<string> Each(EvaluatorNeeds needs) =>
        Enum.GetValues<EvaluatorNeeds>().Where(one => needs.HasFlag(one)).Select(Of);

    /// <summary>All names of a kind of values, for people.</summary>
    public static string All<T>() where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Of));

    /// <summary>The value of a name; null if there is none.</summary>
    public static T? Find<T>(string? name) where T : struct, Enum
    {
        foreach (var one in Enum.GetValues<T>())
            if (Of(one) == name) return one;
        return null;
    }

    /// <summary>The value of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static T Parse<T>(string name) where T : struct, Enum =>
        Find<T>(name) ?? throw new FormatException($"'{name}' is none of {All<T>()}");
}
