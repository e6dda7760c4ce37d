namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>Why a step was not applied, in words.</summary>
/// <remarks>Events name the tensor at fault, as in <c>stopReasons (no completion ended with EOS)</c>.</remarks>
public static class StepFault
{
    const string Separator = ": ", NotFinite = "not finite";

    /// <summary>A sentence that follows "because": <c>no completion ended with EOS</c>.</summary>
    /// <param name="tensor">What the event says: a tensor, and in brackets what was wrong with it; nothing where it was not finite.</param>
    public static string Words(string tensor)
    {
        var bracket = tensor.IndexOf(" (", StringComparison.Ordinal);
        var (name, how) = bracket > 0 && tensor.EndsWith(')') ? (tensor[..bracket], tensor[(bracket + 2)..^1]) : (tensor, NotFinite);
        return (name, how) switch
        {
            ("stopReasons", _) => how,
            ("completions", "empty") => "a completion was empty",
            ("scores", "constant") => "all completions had the same score",
            ("logits", not NotFinite) => how,
            (_, not NotFinite) => tensor,
            ("logits", _) => "logits of the policy were not finite",
            ("scores", _) => "a score of the reward models was not finite",
            ("samplerLogProbs", _) => "a log-prob of the sampler was not finite",
            ("refLogProbs", _) => "a log-prob of the reference was not finite",
            ("oldLogProbs", _) => "a log-prob of the policy was not finite",
            ("values", _) => "a value of the critic was not finite",
            ("newLogProbs", _) => "a log-prob of the policy was not finite while it was updated",
            ("newValues", _) => "a value of the critic was not finite while it was updated",
            ("policyGradient", _) => "the policy's gradient was not finite",
            ("criticGradient", _) => "the critic's gradient was not finite",
            ("policyWeights", _) => "the policy's new weights were not finite",
            ("criticWeights", _) => "the critic's new weights were not finite",
            _ => $"{name} was not finite",
        };
    }

    /// <summary>The same of what is said of one step, as in <c>skipped: scores (constant)</c>.</summary>
    public static string WordsOfStep(string notApplied)
    {
        var place = notApplied.IndexOf(Separator, StringComparison.Ordinal) + Separator.Length;
        return notApplied[..place] + Words(notApplied[place..]);
    }
}
