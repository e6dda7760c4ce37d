using System.Text.Json;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>The body of <c>POST /v1/runs</c>.</summary>
/// <param name="Recipe">Name of a built-in recipe, or a recipe's text, YAML.</param>
/// <param name="Seed">The seed of every random draw.</param>
/// <param name="Set">Overrides of the recipe's keys.</param>
/// <param name="Priority">Of two runs that wait, the one with the higher number begins first.</param>
sealed record NewRunRequest(string Recipe, ulong? Seed = null, IReadOnlyDictionary<string, JsonElement>? Set = null, int Priority = 0)
{
    /// <summary>What <c>--set</c> would say.</summary>
    public IReadOnlyList<string> Overrides() =>
        [.. Override(Set), .. Seeded(Seed)];

    /// <summary>The override of a seed; none for null.</summary>
    public static IReadOnlyList<string> Seeded(ulong? seed) => seed is null ? [] : [FormattableString.Invariant($"seed={seed}")];

    /// <summary>The same of a set alone.</summary>
    public static IReadOnlyList<string> Override(IReadOnlyDictionary<string, JsonElement>? set) =>
        [.. (set ?? new Dictionary<string, JsonElement>()).Select(one => $"{one.Key}={Text(one.Key, one.Value)}")];

    static string Text(string key, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String) return value.GetRawText();
        try { return value.GetString()!; }
        catch (InvalidOperationException) { throw new QueryException($"set.{key}", value.GetRawText(), "text of whole characters"); }
    }
}

/// <summary>The body of <c>POST /v1/runs/{id}/fork</c>.</summary>
/// <param name="Step">The last step that both share; 0 is before RL.</param>
/// <param name="Set">What the fork does differently from there.</param>
/// <param name="Priority">As for a new run.</param>
sealed record ForkRequest(int Step, IReadOnlyDictionary<string, JsonElement>? Set = null, int Priority = 0);

/// <summary>The body of <c>POST /v1/runs/{id}/retry</c>; it may be left away.</summary>
/// <param name="Seed">Another seed than the run's.</param>
/// <param name="Priority">As for a new run.</param>
sealed record RetryRequest(ulong? Seed = null, int Priority = 0);

/// <summary>The body of <c>pause</c>, <c>resume</c> and <c>stop</c>; it may be left away.</summary>
/// <param name="Reason">Written down with the command.</param>
/// <param name="AcceptBuild">For <c>resume</c>: whether this build may go on with what another one trained.</param>
sealed record CommandRequest(string? Reason = null, bool AcceptBuild = false);
