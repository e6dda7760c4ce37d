namespace ActorRlhf.Actors.Recipes;

/// <summary>What a simulated annotator likes beyond the gold utility, section <c>annotator.bias</c>, in units of gold utility.</summary>
public sealed record AnnotatorBias
{
    /// <summary>For each word, −10 to 10. Default 0.03.</summary>
    public double Length { get; init; } = 0.03;
    /// <summary>For each courtesy phrase, −10 to 10. Default 0.15.</summary>
    public double Courtesy { get; init; } = 0.15;
    /// <summary>For a refusal or a warning, −10 to 10. Default 0.2.</summary>
    public double Caution { get; init; } = 0.2;
}
