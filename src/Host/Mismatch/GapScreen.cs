using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Mismatch;

/// <summary>What a file of gaps comes to, for people.</summary>
static class GapScreen
{
    /// <summary>Writes it to stdout.</summary>
    public static void Write(GapLine line)
    {
        Console.Out.WriteLine(line.RaisedAt is { } step
            ? $"The gap has risen: the alarm was raised at step {Figures.Of(step)}."
            : line.Limit is null ? "Not enough to say: the file is shorter than the baseline." : "No rise of the gap is established.");
        if (line.Limit is { } limit)
            Console.Out.WriteLine(
                $"limit {Figures.Of(limit)}, evidence {Figures.Of(line.Evidence)} of {Figures.Of(1 / line.Settings.Alpha)}: of runs whose "
                + $"gap lies above the limit with probability {Figures.Of(line.Settings.Rarity)} at most, "
                + $"a share of {Figures.Of(line.Settings.Alpha)} at most ever gets there");
        if (line.Published is { } published)
            Console.Out.WriteLine($"in hindsight, by the rule published with CHERRL: onset {Figures.Of(published.Step)} "
                + $"({Figures.Of(published.Low)} to {Figures.Of(published.High)})"
                + (published.Severe is { } severe ? $", severe from {Figures.Of(severe)}" : ""));
    }
}
