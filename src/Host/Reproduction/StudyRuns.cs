using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Comparisons;
using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Host.Reproduction;

/// <summary>The runs of a study that came to their end. The unit of every interval is a seed: points of one run share too much.</summary>
/// <param name="all">In order of seeds, then of conditions.</param>
sealed class StudyRuns(IReadOnlyList<FinishedRun> all)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<FinishedRun> All => all;

    /// <summary>Conditions that have a run, in the study's order.</summary>
    public IReadOnlyList<string> Conditions { get; } =
    [
        .. all.SelectMany(one => one.Run.Study.Conditions).Select(condition => condition.Name).Distinct()
            .Where(name => all.Any(one => one.Run.Condition.Name == name)),
    ];

    /// <summary>Seeds that have a run.</summary>
    public IReadOnlyList<int> Seeds { get; } = [.. all.Select(one => one.Run.Seed).Distinct()];

    /// <summary>The run of a condition and a seed; null where it did not come to its end.</summary>
    public FinishedRun? Find(string condition, int seed) =>
        all.FirstOrDefault(one => one.Run.Condition.Name == condition && one.Run.Seed == seed);

    /// <summary>The runs of a condition.</summary>
    public IEnumerable<FinishedRun> Of(string condition) => all.Where(one => one.Run.Condition.Name == condition);

    /// <summary>Mean of a figure over the seeds of a condition; null where no run has it.</summary>
    public Measured? Mean(string condition, Func<FinishedRun, double?> figure) => Mean(Of(condition).Select(figure));

    /// <summary>Mean over the seeds of what each of them gives; null where none gives anything.</summary>
    public Measured? BySeed(Func<int, double?> figure) => Mean(Seeds.Select(figure));

    /// <summary>Mean over the seeds of a figure of one condition minus that of another.</summary>
    public Measured? Contrast(string one, string other, Func<FinishedRun, double?> figure) => BySeed(seed =>
        Find(one, seed) is { } first && Find(other, seed) is { } second ? figure(first) - figure(second) : null);

    /// <summary>Share of runs that have a property, of those for which it is known; null where there are none.</summary>
    public static Measured? Share(IEnumerable<FinishedRun> runs, Func<FinishedRun, bool?> property)
    {
        bool[] known = [.. runs.Select(property).OfType<bool>()];
        return Proportion.Of(known.Count(one => one), known.Length);
    }

    static Measured? Mean(IEnumerable<double?> values) =>
        values.OfType<double>().ToArray() is { Length: > 0 } known ? MeanInterval.Of(known) : null;
}
