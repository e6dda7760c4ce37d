namespace ActorRlhf.Host.Api;

/// <summary>A job as a client sees it.</summary>
/// <param name="Job">Its id.</param>
/// <param name="Kind"><c>audit</c>, <c>counterfactual</c>, <c>generate</c>, <c>evaluate</c> or <c>benchmark</c>.</param>
/// <param name="By">Name of the token that asked for it.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Progress">From 0 to 1.</param>
/// <param name="Note">What it does now, for a person; null before it says anything.</param>
/// <param name="Problem">Why it failed; null otherwise.</param>
/// <param name="Result">What the command prints with <c>--json</c>, once it is done; null in lists and before.</param>
sealed record JobLine(
    string Job, string Kind, string By, string State, double Progress, string? Note, string? Problem, object? Result);
