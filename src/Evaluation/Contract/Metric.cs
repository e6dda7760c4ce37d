namespace ActorRlhf.Evaluation.Contract;

/// <summary>One number that an evaluator gives each item.</summary>
/// <param name="Name">Name on the wire and on disk, such as <c>over-refusal</c>; never changed once used.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="Role">Who may optimise it.</param>
/// <param name="Description">One sentence: meaning and unit.</param>
/// <param name="Range">
/// Where its values lie; null where nobody said so. Only a development metric with a direction and a range takes part in the alarm.
/// </param>
public sealed record Metric(string Name, MetricDirection Direction, MetricRole Role, string Description, MetricRange? Range = null);
