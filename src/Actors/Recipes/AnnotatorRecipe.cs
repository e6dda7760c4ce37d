namespace ActorRlhf.Actors.Recipes;

/// <summary>The simulated annotator of Pocket, section <c>annotator</c>: gold utility plus human biases.</summary>
public sealed record AnnotatorRecipe
{
    /// <summary>Share of flipped labels, 0 to 1. Default 0.25 (Gao et al. 2022, arXiv 2210.10760).</summary>
    public double Noise { get; init; } = 0.25;
    /// <summary>What the annotator likes beyond the gold utility, section <c>annotator.bias</c>.</summary>
    public AnnotatorBias Bias { get; init; } = new();
}
