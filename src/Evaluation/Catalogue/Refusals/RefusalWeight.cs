namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>What a feature says.</summary>
/// <param name="Refuses">For a refusal; nats of log-odds.</param>
/// <param name="Partly">For a partial refusal, given a refusal; nats of log-odds.</param>
readonly record struct RefusalWeight(double Refuses, double Partly);
