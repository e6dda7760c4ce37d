namespace ActorRlhf.Host.Reproduction;

/// <summary>A finding and the runs that would show it here: a pure description, of which nothing is trained yet.</summary>
/// <param name="Name">As people ask for it.</param>
/// <param name="Finding">What was found, a sentence.</param>
/// <param name="Source">Who found it.</param>
/// <param name="Recipe">Name of the built-in recipe that its runs begin from.</param>
/// <param name="Overrides">What all of its runs change in that.</param>
/// <param name="Conditions">The ways in which it trains; each of them with each seed is a run.</param>
/// <param name="Measure">What the logs of the finished runs say of the finding.</param>
sealed record Study(
    string Name, string Finding, string Source, string Recipe, IReadOnlyList<string> Overrides, IReadOnlyList<StudyCondition> Conditions,
    Func<StudyRuns, CancellationToken, Task<StudyOutcome>> Measure)
{
    /// <summary>Its runs, seed after seed, so that what is cut off has whole contrasts.</summary>
    /// <param name="seeds">From 0; at least 1.</param>
    public IReadOnlyList<StudyRun> Runs(int seeds) =>
    [
        .. from seed in Enumerable.Range(0, seeds)
           from condition in Conditions
           select new StudyRun(this, condition, seed),
    ];
}
