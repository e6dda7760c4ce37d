namespace ActorRlhf.Host.Scoring;

/// <summary>Cuts the items of a file into batches.</summary>
static class FileBatches
{
    const int Items = 512, LargestGroup = 4_096;

    static readonly string s_tooLarge = FormattableString.Invariant(
        $"more than {LargestGroup} rows of one prompt follow each other, expected at most so many, since they are judged together");

    /// <summary>Batches of items as they come.</summary>
    public static IEnumerable<IReadOnlyList<FileItem>> Of(IEnumerable<FileItem> items) => items.Chunk(Items);

    /// <summary>
    /// Batches in which rows of one prompt that follow each other are together. A row that failed stands among them and ends no group;
    /// a prompt that comes again later is another group; the rows of a group that is too large all fail.
    /// </summary>
    public static IEnumerable<IReadOnlyList<FileItem>> OfGroups(IEnumerable<FileItem> items)
    {
        var batch = new List<FileItem>();
        var (group, begin, size) = ((string?)null, 0, 0);   // its prompt, its place in the batch, how many rows it has
        var prompts = new HashSet<string>();                // of the batch, in which an evaluator takes rows of one prompt together
        foreach (var item in items)
        {
            var prompt = item.Item is { } one ? one.PromptId ?? one.Prompt : null;
            var isNext = prompt is not null && prompt != group;
            if (batch.Count >= Items && (isNext || size > LargestGroup) || isNext && prompts.Contains(prompt!))
            {
                yield return batch;
                (batch, begin) = ([], 0);
                prompts.Clear();
                if (!isNext && group is not null) prompts.Add(group);  // its rows go on
            }
            if (isNext)
            {
                (group, begin, size) = (prompt, batch.Count, 0);
                prompts.Add(prompt!);
            }
            size++;
            batch.Add(size > LargestGroup ? TooLarge(item) : item);
            if (size == LargestGroup + 1)
                for (var i = begin; i < batch.Count; i++) batch[i] = TooLarge(batch[i]);
        }
        if (batch.Count > 0) yield return batch;
    }

    static FileItem TooLarge(FileItem item) => item.Item is null ? item : new FileItem(item.Index, null, s_tooLarge);
}
