namespace ActorRlhf.Host.Reproduction;

/// <summary>Whether ensembles that heed disagreement lose less gold: four aggregations, with and without a KL penalty and noise.</summary>
static class CosteStudy
{
    const string Single = "single", Mean = "mean", Worst = "worst", Weighted = "weighted";
    const string NoPenalty = "kl-0", SmallPenalty = "kl-02", NoNoise = "noise-0", Noise = "noise-25";
    const double NextToNothing = .05;

    static readonly (string Name, string Key)[] s_rules =
        [(Single, "single"), (Mean, "mean"), (Worst, "worst-case"), (Weighted, "uncertainty-weighted")];
    static readonly (string Name, string Value)[] s_penalties = [(NoPenalty, "0"), (SmallPenalty, "0.02")];
    static readonly (string Name, string Value)[] s_noises = [(NoNoise, "0"), (Noise, "0.25")];

    public static Study Study { get; } = new(
        "coste",
        "Worst-case and uncertainty-weighted ensembles reduce over-optimisation under 25% label noise; a mean does so less, "
            + "a single model not.",
        "Coste, Anwar, Kirk and Krueger 2023 (arXiv 2310.02743)", "micro", [],
        [
            .. from noise in s_noises
               from penalty in s_penalties
               from rule in s_rules
               select new StudyCondition(
                   Condition(rule.Name, penalty.Name, noise.Name), $"reward.aggregation={rule.Key}", $"kl.coefficient={penalty.Value}",
                   $"annotator.noise={noise.Value}"),
        ],
        (runs, _) => Task.FromResult(Measure(runs)));

    static StudyOutcome Measure(StudyRuns runs)
    {
        StudyClaim Better(string one, string other, string penalty) => StudyClaim.Above(
            $"25% noise, {penalty}: {one} ends with more gold than {other}",
            runs.Contrast(Condition(one, penalty, Noise), Condition(other, penalty, Noise), run => run.GoldAtEnd));
        return StudyOutcome.Of(
            runs,
            [
                Better(Worst, Single, NoPenalty), Better(Weighted, Single, NoPenalty), Better(Mean, Single, NoPenalty),
                Better(Worst, Mean, NoPenalty), Better(Worst, Single, SmallPenalty), Better(Weighted, Single, SmallPenalty),
                StudyClaim.Below(
                    $"25% noise, {SmallPenalty}: {Worst} loses next to nothing from its peak",
                    runs.Mean(Condition(Worst, SmallPenalty, Noise), run => run.GoldLost), NextToNothing),
                StudyClaim.Above(
                    $"{NoPenalty}: noise costs {Single} gold",
                    runs.Contrast(Condition(Single, NoPenalty, NoNoise), Condition(Single, NoPenalty, Noise), run => run.GoldAtEnd)),
            ],
            ("gold at the end", run => run.GoldAtEnd), ("gold lost from the peak", run => run.GoldLost),
            ("gold rose", run => run.GoldRise), ("proxy gained", run => run.ProxyGain), ("√KL at the end", run => run.DistanceAtEnd));
    }

    static string Condition(string rule, string penalty, string noise) => $"{rule}-{penalty}-{noise}";
}
