using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>Which runs somebody wants to see, and in which order.</summary>
/// <param name="State">Only those in this state.</param>
/// <param name="Recipe">Only those of this recipe.</param>
/// <param name="Text">Only those with this text in their id or their recipe's name.</param>
/// <param name="Since">Only those that were asked for at this time or later.</param>
/// <param name="Until">Only those that were asked for before this time.</param>
/// <param name="Sort"><c>began</c> (unless given), <c>recipe</c>, <c>state</c> or <c>step</c>.</param>
/// <param name="After">The last run of the page before.</param>
/// <param name="Limit">Most runs of a page, 100 unless given.</param>
sealed record RunQuery(
    string? State, string? Recipe, string? Text, DateTimeOffset? Since, DateTimeOffset? Until, string? Sort, string? After, int? Limit)
{
    const int UsualPage = 100, MostListed = 1000;
    static readonly string[] s_states = [.. Enum.GetNames<RunStatus>().Select(name => name.ToLowerInvariant())];

    /// <summary>A page of what is found.</summary>
    /// <param name="all">Newest first.</param>
    /// <exception cref="QueryException">Something was asked for that there is not.</exception>
    public Page<RunLine> In(IReadOnlyList<ListedRun> all)
    {
        QueryException.ThrowUnlessIn("limit", Limit, 1, int.MaxValue);
        if (State is not null && !s_states.Contains(State))
            throw new QueryException("state", State, $"one of {string.Join(", ", s_states)}");
        var chosen = all.Where(one => (State is null || one.Line.State == State) && (Recipe is null || one.Line.Recipe == Recipe)
            && (Since is null || one.AskedFor >= Since) && (Until is null || one.AskedFor < Until)
            && (Text is null || one.Line.Run.Contains(Text, StringComparison.OrdinalIgnoreCase)
                || one.Line.Recipe.Contains(Text, StringComparison.OrdinalIgnoreCase))).Select(one => one.Line);
        // Sorting keeps the order of what is equal: newest first.
        RunLine[] found = Sort switch
        {
            null or "began" => [.. chosen],
            "recipe" => [.. chosen.OrderBy(run => run.Recipe, StringComparer.Ordinal)],
            "state" => [.. chosen.OrderBy(run => run.State, StringComparer.Ordinal)],
            "step" => [.. chosen.OrderByDescending(run => run.Step)],
            _ => throw new QueryException("sort", Sort, "began, recipe, state or step"),
        };
        var most = Math.Min(Limit ?? UsualPage, MostListed);
        var from = After is null ? 0 : Array.FindIndex(found, run => run.Run == After) + 1;
        if (After is not null && from == 0) throw new QueryException("after", After, "a run of this list");
        var end = Math.Min(from + most, found.Length);
        return new Page<RunLine>(found[from..end], end < found.Length ? found[end - 1].Run : null);
    }
}
