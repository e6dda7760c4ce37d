namespace ActorRlhf.Crash;

/// <summary>What a host has acknowledged, written down by whoever was told so.</summary>
sealed class SoakLedger
{
    readonly Dictionary<string, string> _runs = [];
    readonly HashSet<string> _deleted = [];

    /// <summary>Each run that is there, and the state in which it has to end: <c>completed</c>, <c>stopped</c> or <c>paused</c>.</summary>
    public IReadOnlyDictionary<string, string> Runs => _runs;

    /// <summary>Runs that are gone for good.</summary>
    public IReadOnlySet<string> Deleted => _deleted;

    /// <summary>A run that was submitted, or forked, is there.</summary>
    public void Add(string run) => Assert.True(_runs.TryAdd(run, "completed"), $"{run} was there before");

    /// <summary>A run was told to end so.</summary>
    public void Expect(string run, string state) => _runs[run] = state;

    /// <summary>A run was deleted.</summary>
    public void Delete(string run)
    {
        Assert.True(_runs.Remove(run), $"{run} was not there");
        _deleted.Add(run);
    }
}
