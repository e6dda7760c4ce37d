using System.Text.Json.Serialization;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Contracts;

/// <summary>One item of a benchmark, as <c>bench --json</c> prints it.</summary>
/// <param name="Index">The item's place in the file, from 0.</param>
/// <param name="Model">Which model was asked, where several are; left out where one is.</param>
/// <param name="Prompt">What the model was given, where that was asked for.</param>
/// <param name="Completion">What it wrote, up to the first stop string; left out where it was not to write.</param>
/// <param name="LogLikelihoods">Of each choice in nats; left out where there are none.</param>
/// <param name="Scores">By metric; left out if the item failed.</param>
/// <param name="Error">Why it failed; left out if it did not.</param>
sealed record BenchLine(
    int Index,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Prompt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Completion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? LogLikelihoods,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, Score>? Scores,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
