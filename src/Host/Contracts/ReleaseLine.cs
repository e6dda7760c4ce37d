namespace ActorRlhf.Host.Contracts;

/// <summary>A quarantine that has ended, as <c>evaluators release --json</c> prints it and the API gives it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Evaluator">Its evaluator.</param>
/// <param name="Versions">The versions that are in quarantine no more.</param>
/// <param name="Asked">
/// Whether the run asks one of them; not where all were removed, or another version or another choice of runs took their place.
/// </param>
sealed record ReleaseLine(string Run, string Evaluator, IReadOnlyList<string> Versions, bool Asked);
