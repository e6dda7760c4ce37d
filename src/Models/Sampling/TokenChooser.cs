namespace ActorRlhf.Models.Sampling;

/// <summary>Chooses the next token from logits; both engines call this one piece of code, so they differ in the logits' rounding and in nothing else.</summary>
public static class TokenChooser
{
}
