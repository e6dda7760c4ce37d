namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>A group of patterns that mean the same, such as apologies.</summary>
/// <param name="Name">Its name in <c>refusal-patterns.txt</c> and among the weights.</param>
/// <param name="Refuses">Weight for a refusal before any data, in the first sentence; nats of log-odds.</param>
/// <param name="Partly">Weight for a partial refusal, given a refusal; nats of log-odds.</param>
sealed record RefusalGroup(string Name, double Refuses, double Partly)
{
    /// <summary>The name of the group whose patterns count for no group.</summary>
    public const string None = "-";
}
