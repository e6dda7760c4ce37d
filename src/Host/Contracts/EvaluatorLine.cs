using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Host.Contracts;

/// <summary>An evaluator as <c>evaluators list --json</c> prints it, and as the API gives it.</summary>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of what it is made of.</param>
/// <param name="Kind"><c>built-in</c>, <c>command</c>, <c>assembly</c>, <c>expression</c>, <c>http</c> or <c>judge</c>.</param>
/// <param name="Target">Program, assembly, code, URL, or the id in the catalogue.</param>
/// <param name="Arguments">Those of a command, the type of an assembly, the settings of a built-in one or a judge.</param>
/// <param name="Files">Declared files and folders.</param>
/// <param name="Needs">What it must be given.</param>
/// <param name="Metrics">What it says of each item.</param>
/// <param name="DeadlineSeconds">What it may take for a rollout.</param>
/// <param name="MemoryBytes">What its processes may take together.</param>
/// <param name="Network">Whether it may reach the network.</param>
/// <param name="Isolation">What it is kept apart by; <c>none</c> where nothing does.</param>
/// <param name="Verifiable">Whether its hash says what it does; an endpoint or a model may answer otherwise tomorrow.</param>
/// <param name="Runs">The runs that ask it; empty for all.</param>
/// <param name="Injected">When it was brought, UTC.</param>
/// <param name="By">Who brought it; null if nobody said.</param>
/// <param name="Removed">When it was removed or another version took its place, UTC; null while it is asked.</param>
sealed record EvaluatorLine(
    string Evaluator, string Version, string Hash, string Kind, string Target, IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Files, IReadOnlyList<string> Needs, IReadOnlyList<EvaluatorLine.Metric> Metrics, double DeadlineSeconds,
    long MemoryBytes, bool Network, string Isolation, bool Verifiable, IReadOnlyList<string> Runs, DateTime Injected, string? By,
    DateTime? Removed)
{
    /// <summary>The line of one.</summary>
    public static EvaluatorLine Of(RegisteredEvaluator one)
    {
        var facts = one.Facts;
        return new EvaluatorLine(
            facts.Evaluator, facts.Version, facts.Hash.ToString(), facts.Kind, facts.Target, facts.Arguments, facts.Files, facts.Needs,
            [.. facts.Metrics.Select(metric => new Metric(metric.Name, metric.Direction, metric.Role, metric.Description, metric.Range))],
            facts.DeadlineSeconds, facts.MemoryBytes, facts.Network, facts.Isolation, one.Evaluator.IsVerifiable, facts.Runs,
            one.At.UtcDateTime, one.Who, one.Removed?.UtcDateTime);
    }

    /// <summary>A metric.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Direction"><c>higher</c>, <c>lower</c> or <c>none</c>.</param>
    /// <param name="Role"><c>train</c>, <c>development</c> or <c>heldout</c>.</param>
    /// <param name="Description">Meaning and unit.</param>
    /// <param name="Range">The lowest and the highest possible value; null where nobody said so.</param>
    internal sealed record Metric(string Name, string Direction, string Role, string Description, double[]? Range);
}
