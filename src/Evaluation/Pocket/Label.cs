namespace ActorRlhf.Evaluation.Pocket;

/// <summary>An annotator's verdict on two completions.</summary>
/// <param name="PrefersA">True where completion A is labelled the better one, noise included.</param>
/// <param name="UtilityA">What the annotator feels about A: gold plus biases.</param>
/// <param name="UtilityB">What the annotator feels about B.</param>
/// <param name="Flipped">True where noise turned the verdict round.</param>
public sealed record Label(bool PrefersA, double UtilityA, double UtilityB, bool Flipped);
