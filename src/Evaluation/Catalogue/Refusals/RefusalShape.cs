namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>What a completion looks like, whatever its words; among the weights its name in lower case.</summary>
enum RefusalShape
{
    /// <summary>Any: the log-odds before anything is read.</summary>
    Text,
    /// <summary>How long it is: a third of ln(1 + words), at most 2.</summary>
    Length,
    /// <summary>It has a list.</summary>
    List,
    /// <summary>It has a code fence.</summary>
    Code,
    /// <summary>It ends with a question.</summary>
    Question,
}
