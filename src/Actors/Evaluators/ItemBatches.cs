using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Cuts items into messages.</summary>
static class ItemBatches
{
    const int Items = 256;                     // some 100 KB of texts: a deadline is noticed, and a message costs nothing

    /// <summary>Places of the items of each batch; all samples of a prompt are together where they are needed so.</summary>
    public static IReadOnlyList<int[]> Of(IReadOnlyList<EvaluationItem> items, EvaluatorNeeds needs)
    {
        if (!needs.HasFlag(EvaluatorNeeds.Group)) return [.. Enumerable.Range(0, items.Count).Chunk(Items)];
        var batches = new List<int[]>();
        var batch = new List<int>();
        foreach (var prompt in Enumerable.Range(0, items.Count).GroupBy(at => items[at].PromptId ?? items[at].Prompt))
        {
            batch.AddRange(prompt);
            if (batch.Count < Items) continue;
            batches.Add([.. batch]);
            batch.Clear();
        }
        if (batch is not []) batches.Add([.. batch]);
        return batches;
    }
}
