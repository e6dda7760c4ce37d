using System.Text.Json.Serialization;

namespace ActorRlhf.Host.Contracts;

/// <summary>The last line of <c>evaluate --file --json</c>.</summary>
/// <param name="Aggregates">By metric.</param>
/// <param name="Slices">By name, value and metric; left out where there are none.</param>
sealed record AggregatesLine(
    IReadOnlyDictionary<string, AggregateLine> Aggregates,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, AggregateLine>>>? Slices);
