using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Reproduction;

/// <summary>A study with what its runs in a data directory say; a function of their logs alone.</summary>
/// <param name="Study">The study.</param>
/// <param name="Seeds">How many seeds were asked for.</param>
/// <param name="Runs">Those that came to their end.</param>
/// <param name="Missing">Those that did not, and where they stand.</param>
/// <param name="Outcome">What the runs say; null without one.</param>
sealed record StudyReport(
    Study Study, int Seeds, StudyRuns Runs, IReadOnlyList<(StudyRun Run, string Stands)> Missing, StudyOutcome? Outcome)
{
    /// <summary>The builds that trained, each once.</summary>
    public IReadOnlyList<string> Builds { get; } =
        [.. Runs.All.Select(run => run.Record.State.Build!).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads the runs and measures.</summary>
    public static async Task<StudyReport> ReadAsync(Study study, int seeds, Store store, CancellationToken ct)
    {
        var reader = new RunReader(store);
        var (finished, missing) = (new List<FinishedRun>(), new List<(StudyRun, string)>());
        foreach (var run in study.Runs(seeds))
        {
            var state = reader.Has(run.Id) ? reader.Read(run.Id).State : null;
            if (state?.Status is RunStatus.Completed or RunStatus.Failed && state.Step == run.Recipe.Rl.Steps)
                finished.Add(new FinishedRun(run, store));
            else
                missing.Add((run, state is null
                    ? "not trained"
                    : $"{state.Status.ToString().ToLowerInvariant()} {state.Reason}".TrimEnd()));
        }
        var runs = new StudyRuns(finished);
        var outcome = finished.Count == 0 ? null : await study.Measure(runs, ct).ConfigureAwait(false);
        return new StudyReport(study, seeds, runs, missing, outcome);
    }
}
