namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>
/// The mean, by prompt, of the development series that apply to it, each as a share of the way from its worst to its best value. Only those
/// that judged every evaluation count: the mean must be of the same thing at each step.
/// </summary>
/// <param name="Prompts">The prompts of which a series speaks at every evaluation.</param>
/// <param name="Scores">By evaluation, then by these prompts, in [0, 1].</param>
public sealed record DevelopmentScore(IReadOnlyList<int> Prompts, IReadOnlyList<double[]> Scores)
{
    /// <summary>Makes it.</summary>
    /// <param name="series">
    /// Each by evaluation, then by prompt, in [0, 1]; null for an evaluation that it did not judge, and for no value.
    /// </param>
    /// <param name="lengthBudget">The length budget, likewise; it counts beside others, and alone says nothing of what is good.</param>
    /// <param name="evaluations">How many there are.</param>
    /// <returns>Null where no series judged every evaluation.</returns>
    public static DevelopmentScore? Of(
        IEnumerable<IReadOnlyList<double?[]?>> series, IReadOnlyList<double?[]?>? lengthBudget, int evaluations)
    {
        bool IsWhole(IReadOnlyList<double?[]?> one) => one.Count == evaluations && one.All(scores => scores is not null);
        IReadOnlyList<double?[]?>[] judged = [.. series.Where(IsWhole)];
        if (judged.Length == 0 || evaluations == 0) return null;
        double?[][][] whole = [.. judged.Concat(lengthBudget is null ? [] : [lengthBudget])
            .Select(one => one.Select(scores => scores!).ToArray())];
        bool Speaks(double?[][] one, int i) => one.All(scores => i < scores.Length && scores[i] is not null);
        var applying = Enumerable.Range(0, whole.Max(one => one[0].Length))
            .Select(i => (Prompt: i, By: whole.Where(one => Speaks(one, i)).ToArray())).Where(one => one.By.Length > 0).ToArray();
        return applying.Length == 0
            ? null
            : new DevelopmentScore(
                [.. applying.Select(one => one.Prompt)],
                [.. Enumerable.Range(0, evaluations).Select(k =>
                    Array.ConvertAll(applying, one => one.By.Average(scores => scores[k][one.Prompt]!.Value)))]);
    }
}
