using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>When a number that was computed again counts as the one in the log.</summary>
/// <remarks>
/// What is made of + − × ÷ √ in a fixed order is the same everywhere and must be equal to the last bit. In runs of earlier logic what
/// passed through exp or log may differ in its last digits, because these came from the C library of the machine.
/// </remarks>
static class Recomputed
{
    const double RelativeError = 1e-9;                // some ten million times the error of one exp
    const double AbsoluteError = 1e-12;               // where the number itself is a small difference, such as e^x − 1

    /// <summary>Whether two numbers that came through exp or log are the same but for rounding.</summary>
    /// <param name="logged">In the log.</param>
    /// <param name="again">As it comes out now.</param>
    /// <param name="scale">Size of the numbers from which this one was subtracted, where it was.</param>
    public static bool Close(double logged, double again, double scale = 0) =>
        Math.Abs(logged - again) <= AbsoluteError + RelativeError * Math.Max(scale, Math.Max(Math.Abs(logged), Math.Abs(again)));

    /// <summary>The first element in which two arrays differ, in words; null if none does.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="logged">(B)(T) in the log.</param>
    /// <param name="again">(B)(T) as it comes out now.</param>
    /// <param name="throughExp">Whether rounding may differ.</param>
    public static string? Difference(string name, double[][] logged, double[][] again, bool throughExp = false)
    {
        if (logged.Length != again.Length) return $"{name} has {Counted.Of(logged.Length, "row")}, expected {again.Length}";
        var scale = again.SelectMany(row => row).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (var i = 0; i < logged.Length; i++)
        {
            if (logged[i].Length != again[i].Length)
                return $"{name} of sample {i} has {Counted.Of(logged[i].Length, "token")}, expected {again[i].Length}";
            for (var t = 0; t < logged[i].Length; t++)
                if (!logged[i][t].Equals(again[i][t]) && !(throughExp && Close(logged[i][t], again[i][t], scale)))
                    return FormattableString.Invariant(
                        $"{name} of sample {i}, token {t}, was {logged[i][t]} in the log and is {again[i][t]} now");
        }
        return null;
    }

    /// <inheritdoc cref="Difference(string, double[][], double[][], bool)"/>
    public static string? Difference(string name, IReadOnlyList<float[]> logged, IReadOnlyList<float[]> again)
    {
        static double[][] Wide(IReadOnlyList<float[]> rows) => [.. rows.Select(row => Array.ConvertAll(row, x => (double)x))];
        return Difference(name, Wide(logged), Wide(again));
    }
}
