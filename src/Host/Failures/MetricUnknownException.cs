using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Host.Failures;

/// <summary>No run could have a metric of such a name.</summary>
/// <param name="name">What was given.</param>
/// <param name="known">The names there are.</param>
sealed class MetricUnknownException(string name, IReadOnlyList<string> known) : Exception($"--name: there is no metric '{name}'; "
    + (NearMiss.Find(name, known) is { } near ? $"did you mean '{near}'?" : $"there are {string.Join(", ", known)}"))
{
    /// <summary>What was given.</summary>
    public string Name => name;
}
