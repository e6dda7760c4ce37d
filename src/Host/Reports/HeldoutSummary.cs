using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reports;

/// <summary>A run's held-out evaluations for people: where it began, where gold was highest, where it ended, and the curves.</summary>
static class HeldoutSummary
{
    /// <summary>Writes it to stdout; nothing where nothing was evaluated.</summary>
    /// <param name="points">In order of the steps.</param>
    public static void Write(IReadOnlyList<HeldoutPoint> points)
    {
        if (points.Count == 0) return;
        Table(Shown(points));
        foreach (var line in HeldoutPlot.Lines(points)) Console.Out.Write(line + "\n");
    }

    /// <summary>Where it began, where gold was highest, where it stands; none of an empty list.</summary>
    public static IReadOnlyList<(string Name, HeldoutPoint Point)> Shown(IReadOnlyList<HeldoutPoint> points)
    {
        var shown = new List<(string, HeldoutPoint)>();
        if (points.Count == 0) return shown;
        shown.Add(("start", points[0]));
        if (HeldoutPoint.Peak(points) is { } peak) shown.Add(("gold's peak", peak));
        shown.Add(("end", points[^1]));
        return shown;
    }

    static void Table(IReadOnlyList<(string Name, HeldoutPoint Point)> shown)
    {
        var gold = shown.Any(one => one.Point.Gold is not null);
        IEnumerable<string> IfGold(string cell) => gold ? [cell] : [];
        Tables.Write(["held-out", ">step", ">proxy", .. IfGold(">gold"), ">√KL", ">KL", ">length"], shown.Select(one => (string[])
        [
            one.Name, $"{one.Point.Step}", Readable.Of(one.Point.Proxy), .. IfGold(Readable.Of(one.Point.Gold)),
            Readable.Of(one.Point.Distance), Readable.Of(one.Point.Kl), Readable.Of(one.Point.Length),
        ]));
    }
}
