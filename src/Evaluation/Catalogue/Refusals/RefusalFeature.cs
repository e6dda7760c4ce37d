namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>Something that a completion can have and the refusal model has a weight for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="First">Number of the group, of the shape or of the first word.</param>
/// <param name="Second">The <see cref="RefusalPlace"/> of a pattern, or the second word; 0 for none.</param>
/// <param name="Third">The third word; 0 for none.</param>
readonly record struct RefusalFeature(RefusalFeature.Kinds Kind, int First, int Second = 0, int Third = 0)
{
    /// <summary>The kinds of features.</summary>
    public enum Kinds
    {
        /// <summary>A pattern of a <see cref="RefusalGroup"/> at a <see cref="RefusalPlace"/>.</summary>
        Pattern,
        /// <summary>One of <see cref="RefusalShape"/>.</summary>
        Shape,
        /// <summary>One to three words that follow each other near the beginning.</summary>
        Words,
        /// <summary>The first one or two words.</summary>
        Opening,
    }

    /// <summary>Whether it was written by hand, and not found in the data.</summary>
    public bool IsByHand => Kind is Kinds.Pattern or Kinds.Shape;

    /// <summary>One of <see cref="RefusalShape"/>.</summary>
    public static RefusalFeature Of(RefusalShape shape) => new(Kinds.Shape, (int)shape);
}
