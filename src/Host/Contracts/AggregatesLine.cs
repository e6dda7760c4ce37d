using System.Text.Json.Serialization;

namespace ActorRlhf.Host.Contracts;

/// <summary>The last line of <c>evaluate --file --json</c>, and of <c>bench --json</c> for each model.</summary>
/// <param name="Model">Which model was asked, where several are; left out where one is, or none.</param>
/// <param name="Aggregates">By metric.</param>
/// <param name="Slices">By name, value and metric; left out where there are none.</param>
sealed record AggregatesLine(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model,
    IReadOnlyDictionary<string, AggregateLine> Aggregates,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, AggregateLine>>>? Slices);
