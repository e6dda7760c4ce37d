namespace ActorRlhf.Models.Training;

/// <summary>How rows are dealt to shards: row i goes to shard i mod S, so that long and short rows spread evenly.</summary>
static class ShardRows
{
    /// <summary>The rows of one shard.</summary>
    public static IReadOnlyList<int> Of(IReadOnlyList<int> rows, int shard, int shards) => [.. rows.Where((_, i) => i % shards == shard)];

    /// <summary>Rows each of which a loss reads alone.</summary>
    public static IReadOnlyList<int[]> Units(IReadOnlyList<int> rows) => [.. rows.Select(row => new[] { row })];
}
