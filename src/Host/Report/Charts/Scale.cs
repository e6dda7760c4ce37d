namespace ActorRlhf.Host.Report.Charts;

/// <summary>Where numbers lie on an axis.</summary>
/// <param name="From">Its lower end.</param>
/// <param name="To">Its upper end.</param>
/// <param name="Ticks">Round numbers between them.</param>
/// <param name="Format">How these are written.</param>
sealed record Scale(double From, double To, IReadOnlyList<double> Ticks, string Format)
{
    /// <summary>An axis that holds some numbers.</summary>
    /// <param name="values">Finite ones.</param>
    /// <param name="margin">Share of their span that stays free at each end.</param>
    /// <param name="wanted">About how many ticks.</param>
    public static Scale Of(IReadOnlyList<double> values, double margin, int wanted)
    {
        var (least, most) = values.Count == 0 ? (0, 1) : (values.Min(), values.Max());
        if (!(most > least)) (least, most) = (least - .5, most + .5);
        var free = (most - least) * margin;
        (least, most) = (least - free, most + free);
        var rough = (most - least) / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var first = (long)Math.Ceiling(least / step);
        var places = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6);
        return new Scale(
            least, most, [.. Enumerable.Range(0, wanted * 2 + 2)
                .Select(i => (first + i) * step).TakeWhile(tick => tick <= most + step * 1e-9)],
            places == 0 ? "0" : "0." + new string('0', places));
    }

    /// <summary>Share of the way from the lower end to the upper.</summary>
    public double At(double value) => (value - From) / (To - From);
}
