using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ActorRlhf.Actors.Log.Streams;

/// <summary>The name of a run: 1 to 64 of <c>a-z</c>, <c>0-9</c> and <c>-</c>, not ending in <c>-evaluations</c>.</summary>
public readonly partial record struct RunId
{
    const int MaximalLength = 64;
    const string Training = "run-", Evaluations = "-evaluations";
    readonly string? _value;

    RunId(string value) => _value = value;

    /// <summary>The name.</summary>
    /// <exception cref="InvalidOperationException">This is the default value, which names no run.</exception>
    public string Value => _value ?? throw new InvalidOperationException("a RunId is made by New or Parse; its default value names no run");

    /// <summary>Stream of what made the weights.</summary>
    public string TrainingStream => $"{Training}{Value}";
    /// <summary>Stream of what was found out about the run.</summary>
    public string EvaluationStream => $"{Training}{Value}{Evaluations}";

    /// <summary>
    /// A new id such as <c>quickstart-20261123-1a2b3c</c>: the recipe's name, the day (UTC), six random hexadecimal digits.
    /// </summary>
    /// <param name="time">Where the day comes from.</param>
    /// <param name="name">The recipe's name; other characters become hyphens, and it is cut to fit.</param>
    public static RunId New(TimeProvider time, string name)
    {
        const int suffixDigits = 6;
        // The suffix tells runs apart and decides no result, so it need not be drawn from the seed.
        var suffix = string.Create(CultureInfo.InvariantCulture,
            $"-{time.GetUtcNow().UtcDateTime:yyyyMMdd}-{RandomNumberGenerator.GetHexString(suffixDigits, lowercase: true)}");
        return Of(name, suffix);
    }

    static RunId Of(string name, string suffix)
    {
        var stem = Others().Replace(name.ToLowerInvariant(), "-").Trim('-');
        if (stem.Length == 0) stem = "run";
        return new RunId(stem[..Math.Min(stem.Length, MaximalLength - suffix.Length)] + suffix);
    }

    /// <summary>The same id for the same name and digits: for whoever may ask twice and wants one run.</summary>
    /// <param name="name">The recipe's name, as for <see cref="New"/>.</param>
    /// <param name="digits">1 to 16 hexadecimal digits, lower case.</param>
    public static RunId Keyed(string name, string digits) => Of(name, $"-{digits}");

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static RunId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException(
            $"'{text}' is not a run id: expected 1 to {MaximalLength} of a-z, 0-9 and -, not ending in {Evaluations}");

    /// <summary>Reads an id; false when the text is not one.</summary>
    public static bool TryParse(string text, out RunId id)
    {
        // The evaluation stream of run x must not be the training stream of another run.
        var valid = Form().IsMatch(text) && !text.EndsWith(Evaluations, StringComparison.Ordinal);
        id = valid ? new RunId(text) : default;
        return valid;
    }

    /// <summary>The run one of whose two streams this is; null when it is none's.</summary>
    public static RunId? OfStream(string stream) =>
        TryOfTrainingStream(stream, out var run) || TryOfEvaluationStream(stream, out run) ? run : null;

    /// <summary>The run whose training stream this is; false when it is none's.</summary>
    public static bool TryOfTrainingStream(string stream, out RunId id)
    {
        id = default;
        return stream.StartsWith(Training, StringComparison.Ordinal) && TryParse(stream[Training.Length..], out id);
    }

    /// <summary>The run whose evaluation stream this is; false when it is none's.</summary>
    internal static bool TryOfEvaluationStream(string stream, out RunId id)
    {
        id = default;
        return stream.EndsWith(Evaluations, StringComparison.Ordinal) && TryOfTrainingStream(stream[..^Evaluations.Length], out id);
    }

    /// <summary>The name; empty for the default value.</summary>
    public override string ToString() => _value ?? "";

    [GeneratedRegex("^[a-z0-9-]{1,64}\\z")]
    private static partial Regex Form();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Others();
}
