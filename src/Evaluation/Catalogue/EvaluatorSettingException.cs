namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>A built-in evaluator was given a setting that it does not have, or a value that it cannot have.</summary>
/// <param name="message">The setting, the value, and what was expected.</param>
public sealed class EvaluatorSettingException(string message) : Exception(message);
