namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>What a metric tells and what to do about it.</summary>
/// <param name="Name">Its name; words in braces stand for any.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Unit">What one of it is.</param>
/// <param name="Healthy">Where it should be.</param>
/// <param name="Action">What to do when it is not.</param>
public sealed record MetricMeaning(string Name, string Meaning, string Unit, string Healthy, string Action);
