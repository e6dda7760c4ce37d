namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>A series' name as people read it.</summary>
public static class SeriesTitle
{
    /// <summary>
    /// <c>eval/refusal/refusal</c> is <c>refusal</c>, <c>eval/checks/right</c> <c>checks/right</c>, <c>heldout/x</c> <c>x</c>.
    /// </summary>
    public static string Of(string name) => name.Split('/') switch
    {
        ["eval", var evaluator, var metric] when evaluator == metric => metric,
        ["eval", .. var rest] => string.Join('/', rest),
        ["heldout", var metric] => metric,
        _ => name,
    };
}
