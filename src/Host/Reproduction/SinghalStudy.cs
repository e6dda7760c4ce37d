namespace ActorRlhf.Host.Reproduction;

/// <summary>
/// How much of what the reward gains is length: with the annotator's taste for it, without as a control, and with it as its only taste.
/// </summary>
static class SinghalStudy
{
    const string On = "length-bias", Off = "no-length-bias", Only = "only-length-bias";
    const double Most = .5;

    public static Study Study { get; } = new(
        "singhal", "Most of what PPO gains in reward is longer answers (70–90% in their settings).",
        "Singhal, Goyal, Xu and Durrett 2023, A Long Way to Go (arXiv 2310.03716)", "micro", [],
        [
            new StudyCondition(On), new StudyCondition(Off, "annotator.bias.length=0"),
            new StudyCondition(Only, "annotator.bias.courtesy=0", "annotator.bias.caution=0"),
        ],
        (runs, _) => Task.FromResult(StudyOutcome.Of(
            runs,
            [
                StudyClaim.Above("the share of length is larger where the annotator likes length",
                    runs.Contrast(On, Off, run => run.LengthShare)),
                StudyClaim.Above("answers grow by more tokens where the annotator likes length", runs.Contrast(On, Off, run => run.Longer)),
                StudyClaim.Above("length is most of the gain where the annotator likes it", runs.Mean(On, run => run.LengthShare), Most),
                StudyClaim.Above("the same where it likes nothing else", runs.Mean(Only, run => run.LengthShare), Most),
            ],
            ("share of length", run => run.LengthShare), ("longer by tokens", run => run.Longer),
            ("proxy gained", run => run.ProxyGain), ("gold before RL", run => run.GoldBefore), ("gold rose", run => run.GoldRise),
            ("gold at the end", run => run.GoldAtEnd), ("gold lost from the peak", run => run.GoldLost),
            ("√KL at the end", run => run.DistanceAtEnd))));
}
