namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>Something about a built-in evaluator that whoever asks for it may choose.</summary>
/// <param name="Name">Its key, such as <c>budget</c>; never changed once used.</param>
/// <param name="Default">Its value where nobody chose one.</param>
/// <param name="Description">One sentence: meaning, unit and range.</param>
public sealed record EvaluatorSetting(string Name, string Default, string Description);
