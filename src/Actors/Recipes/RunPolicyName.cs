using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Recipes;

/// <summary>
/// A run's policy after a step, as people name it where a model is wanted: <c>run:RUN@STEP</c>, or <c>run:RUN</c> for its newest step.
/// </summary>
/// <param name="Run">The run's id, the beginning of it, or <c>latest</c>.</param>
/// <param name="Step">From 0, the SFT policy; null for the newest.</param>
public sealed record RunPolicyName(string Run, int? Step)
{
    const string Prefix = "run:";

    /// <summary>What such a name is, in words that follow "is not".</summary>
    public const string Form = "run:RUN@STEP, with a run's id, the beginning of it or latest as RUN and a whole number from 0 as STEP";

    /// <summary>Whether a text wants to be such a name, right or wrong; a folder that begins so is written <c>./run:…</c>.</summary>
    public static bool IsMeantBy(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a name; false if the text is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RunPolicyName? name)
    {
        name = !IsMeantBy(text) ? null : text[Prefix.Length..].Split('@') switch
        {
            [var run] when RunId.TryParse(run, out _) => new RunPolicyName(run, null),
            [var run, var digits] when RunId.TryParse(run, out _)
                && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) => new RunPolicyName(run, step),
            _ => null,
        };
        return name is not null;
    }

    /// <summary>The name as it is written.</summary>
    public override string ToString() =>
        Step is { } step ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Run}@{step}") : $"{Prefix}{Run}";
}
