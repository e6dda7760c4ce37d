using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>What the difference between the advised checkpoint and the last step is made of.</summary>
static class AttributionSection
{
    public static Section Of(RunContent run)
    {
        if (run.Ledger.Attribution is not { } found)
            return new Section("attribution", "What the reward was gained with", [new Paragraph("There are no two steps to compare.")]);
        var between = $"From step {Figures.Of(found.From)} to step {Figures.Of(found.To)}";
        return new Section("attribution", "What the reward was gained with",
        [
            .. found.Length is not { } length ? (Block[])[] :
            [
                new Paragraph(
                    $"{between} the reward gained {Shown.Change(length.Gain)}: {Shown.Number(length.Parts.BetweenLength)} goes with "
                        + "other lengths, "
                        + $"{Shown.Number(length.Parts.WithinLength)} was gained at equal length"
                        + (length.Share is { } share ? $". Longer completions are {Shown.Value(share)} of it." : "."), IsLead: true),
            ],
            .. found.Phrases.Count == 0 ? (Block[])[new Paragraph($"{between} no phrase became established more or less frequent.")] :
            [
                new Grid("attribution/phrases", $"Phrases: share of completions that have them. {between}",
                    ["phrase", ">before", ">after", ">prompts that gained it", ">that lost it", ">p, Holm", ">reward where gained",
                        ">elsewhere"],
                    [
                        .. found.Phrases.Select(one => (string[])
                        [
                            one.Phrase, Shown.Value(one.Before), Shown.Value(one.After), Figures.Of(one.Gained), Figures.Of(one.Lost),
                                Shown.P(one.PHolm),
                            Shown.Value(one.RewardWhereGained), Shown.Value(one.RewardElsewhere),
                        ]),
                    ]),
            ],
            .. found.Moved.Count == 0 ? (Block[])[] :
            [
                new Grid("attribution/moved", $"Completions that fell most by {run.ScoreName} while their reward rose. {between}",
                    ["prompt", "before", "after", ">reward", ">" + run.ScoreName],
                    [
                        .. found.Moved.Select(one => (string[])
                        [
                            one.Prompt, one.Before, one.After, $"{Shown.Number(one.ProxyBefore)} → {Shown.Number(one.ProxyAfter)}",
                            $"{Shown.Number(one.ScoreBefore)} → {Shown.Number(one.ScoreAfter)}",
                        ]),
                    ]),
            ],
        ]);
    }
}
