namespace ActorRlhf.Host.Runner;

/// <summary>What was brought is no evaluator.</summary>
/// <param name="message">What it is, and what was expected.</param>
sealed class RunnerRefusal(string message) : Exception(message);
