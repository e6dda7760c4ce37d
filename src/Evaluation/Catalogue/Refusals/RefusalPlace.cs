namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>Where in a completion a pattern stands; among the weights its name in lower case.</summary>
enum RefusalPlace
{
    /// <summary>In the first sentence.</summary>
    First,
    /// <summary>In the second or third sentence.</summary>
    Early,
    /// <summary>Further on.</summary>
    Later,
}
