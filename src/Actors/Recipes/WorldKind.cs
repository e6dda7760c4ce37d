namespace ActorRlhf.Actors.Recipes;

/// <summary>Where prompts, demonstrations and preferences come from.</summary>
public enum WorldKind
{
    /// <summary><c>pocket</c>: the procedural world with a known true utility; nothing is read or downloaded.</summary>
    Pocket,
    /// <summary>
    /// <c>hh-rlhf</c>: human preference pairs from a file of Anthropic's
    /// HH-RLHF (Bai et al. 2022, arXiv 2204.05862); there is no gold score.
    /// </summary>
    HhRlhf,
}
