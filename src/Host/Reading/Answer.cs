namespace ActorRlhf.Host.Reading;

/// <summary>What a question about runs comes to: lines as <c>--json</c> prints them.</summary>
/// <param name="Lines">In their order; they are read while they are printed.</param>
/// <param name="Nothing">What a person is told where there are none; null for nothing. Asked for behind the last line.</param>
sealed record Answer<T>(IAsyncEnumerable<T> Lines, Func<string?> Nothing)
{
    /// <summary>An answer from a log, which is read when the lines are.</summary>
    public Answer(IEnumerable<T> lines, Func<string?> nothing) : this(ReadAsync(lines), nothing) { }

    /// <summary>What could not be read and is left out, a sentence each; the rest is there all the same.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>All lines at once.</summary>
    public async Task<IReadOnlyList<T>> AllAsync(CancellationToken ct)
    {
        var all = new List<T>();
        await foreach (var line in Lines.WithCancellation(ct).ConfigureAwait(false)) all.Add(line);
        return all;
    }

    static async IAsyncEnumerable<T> ReadAsync(IEnumerable<T> lines)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var line in lines) yield return line;
    }
}
