using System.Text.Json;

namespace ActorRlhf.Host.Api;

/// <summary>The body of <c>POST /v1/runs/{id}/audits</c>; it may be left away.</summary>
/// <param name="Recompute">Steps to execute again, <c>A..B</c>, or <c>all</c>; null for none.</param>
/// <param name="AcceptBuild">Whether this build may execute steps of a run that another one trained.</param>
sealed record AuditRequest(string? Recompute = null, bool AcceptBuild = false);

/// <summary>The body of <c>POST /v1/runs/{id}/counterfactuals</c>.</summary>
/// <param name="Set">What the other rule does otherwise; empty for the run's own rule.</param>
sealed record CounterfactualRequest(IReadOnlyDictionary<string, JsonElement> Set);

/// <summary>The body of <c>POST /v1/models/generate</c>.</summary>
/// <param name="Model"><c>run:RUN@STEP</c>, a run's policy after a step.</param>
/// <param name="Prompts">What is continued, 1 to 100.</param>
/// <param name="Count">Completions of each, 1 to 100.</param>
/// <param name="Seed">Decides every draw.</param>
/// <param name="MaxTokens">Most tokens of a completion, 1 to 4096.</param>
/// <param name="Temperature">Divides the logits.</param>
/// <param name="TopK">Draw from so many most likely tokens; 0 for all.</param>
/// <param name="TopP">Draw from the fewest that have this probability together.</param>
/// <param name="Greedy">Always the most likely token.</param>
/// <param name="AcceptBuild">Whether this build may execute steps of a run that another one trained.</param>
sealed record GenerateRequest(
    string Model, IReadOnlyList<string> Prompts, int Count = 1, ulong Seed = 0, int MaxTokens = 256, double Temperature = 1,
    int TopK = 0, double TopP = 1, bool Greedy = false, bool AcceptBuild = false);
