namespace ActorRlhf.Evaluation.Statistics;

/// <summary>A prompt of a benchmark for reward models: candidates whose quality is known, and what each member thinks of them.</summary>
/// <param name="Subset">What the prompt tests, such as <c>safety</c>.</param>
/// <param name="Gold">Quality of each candidate; 1 for chosen and 0 for rejected where no more is known.</param>
/// <param name="Scores">The candidates' scores in the same order, by member of the ensemble.</param>
public sealed record BenchPrompt(string Subset, IReadOnlyList<double> Gold, IReadOnlyDictionary<string, IReadOnlyList<double>> Scores);
