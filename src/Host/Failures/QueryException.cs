using System.Numerics;

namespace ActorRlhf.Host.Failures;

/// <summary>A parameter of a request is wrong.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">What was given.</param>
/// <param name="expected">What is allowed, worded to follow "is not".</param>
sealed class QueryException(string name, string value, string expected) : Exception($"{name}: '{value}' is not {expected}")
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Refuses a number that is not in a range, both ends included; null is none, and passes.</summary>
    public static void ThrowUnlessIn<T>(string name, T? value, T least, T most) where T : struct, INumber<T>, IMinMaxValue<T>
    {
        if (value is not { } given || given >= least && given <= most) return;
        throw new QueryException(name, FormattableString.Invariant($"{given}"),
            least == T.MinValue && most == T.MaxValue ? "a number"
            : most == T.MaxValue ? FormattableString.Invariant($"a number of at least {least}")
            : FormattableString.Invariant($"a number from {least} to {most}"));
    }
}
