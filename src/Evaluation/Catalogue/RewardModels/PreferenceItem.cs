namespace ActorRlhf.Evaluation.Catalogue.RewardModels;

/// <summary>A row of a file of preferences.</summary>
/// <param name="Index">Its place, from 0; rows that cannot be read have one, too.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Chosen">Completions that are good, at least one; none where the row cannot be read.</param>
/// <param name="Rejected">Completions that are worse than each of these, at least one.</param>
/// <param name="Slices">Names and values by which aggregates are broken down, such as <c>subset</c> = <c>refusals</c>.</param>
/// <param name="Error">Why it cannot be read, with its line; null where it can.</param>
public sealed record PreferenceItem(
    int Index, string Prompt, IReadOnlyList<string> Chosen, IReadOnlyList<string> Rejected, IReadOnlyDictionary<string, string> Slices,
    string? Error)
{
    /// <summary>The chosen ones and then the rejected ones.</summary>
    public IReadOnlyList<string> Candidates => [.. Chosen, .. Rejected];

    /// <summary>Their quality in this order: 1 for what was chosen, else 0.</summary>
    public IReadOnlyList<double> Gold => [.. Chosen.Select(_ => 1.0), .. Rejected.Select(_ => 0.0)];
}
