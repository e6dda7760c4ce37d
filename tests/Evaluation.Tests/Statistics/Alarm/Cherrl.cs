using System.Globalization;
using ActorRlhf.Evaluation.Statistics.Alarm;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

/// <summary>Steps of two real runs whose judge had a planted bias (Wang et al. 2026, arXiv 2606.04923), among the real data.</summary>
static class Cherrl
{
    /// <summary>Run <c>A</c> or <c>C</c>; its columns are centred means over five steps.</summary>
    public static IReadOnlyList<GapPoint> Run(string name) =>
        [.. File.ReadLines(Path.Combine(RealData.Folder!, "cherrl", $"run_{name}.csv")).Skip(1).Select(line =>
        {
            var cells = line.Split(',');
            return new GapPoint(int.Parse(cells[0], CultureInfo.InvariantCulture), Number(cells[1]), Number(cells[2]));
        })];

    static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);
}
