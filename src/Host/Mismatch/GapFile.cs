using System.Globalization;
using ActorRlhf.Evaluation.Statistics.Alarm;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Scoring;

namespace ActorRlhf.Host.Mismatch;

/// <summary>Reads the gap between a flawed and a clean score, one number a step: CSV, JSON lines or Parquet.</summary>
static class GapFile
{
    /// <summary>Its columns; the last may be missing.</summary>
    public const string Step = "step", Gap = "gap", Shortcut = "shortcut_percent";

    /// <summary>The points in the order of the file.</summary>
    /// <exception cref="CompletionFileException">It cannot be read, lacks a column, or a cell is no number.</exception>
    /// <exception cref="CompletionFileMissingException">There is none.</exception>
    public static IReadOnlyList<GapPoint> Read(string path)
    {
        using var file = CompletionFile.Open(path, numbers: null);
        var points = new List<GapPoint>();
        foreach (var row in file.Rows())
        {
            if (row.Problem is { } problem) throw Wrong(row, problem);
            if (Number(row, Step) is not { } step || step != Math.Floor(step)) throw Wrong(row, $"{Step} is missing or no whole number");
            if (points is [.., var before] && step <= before.Step) throw Wrong(row, $"{Step} does not follow {before.Step}");
            if (!row.Cells.Any(cell => cell.Column == Gap)) throw Wrong(row, $"there is no column {Gap}, expected {Step} and {Gap}");
            points.Add(new GapPoint((int)step, Number(row, Gap), Number(row, Shortcut)));
        }
        return points.Count > 0 ? points : throw new CompletionFileException(path, "it has no rows");

        double? Number(FileRow row, string column)
        {
            var cell = row.Cells.FirstOrDefault(one => one.Column == column);
            if (cell.Kind is CellKind.None || cell.Text is null or "" or "null" or "NaN" or "nan") return null;
            return cell.Kind is CellKind.Text or CellKind.Plain
                && double.TryParse(cell.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
                ? value
                : throw Wrong(row, $"{column} is '{cell.Text}', expected a number or nothing");
        }

        CompletionFileException Wrong(FileRow row, string why) =>
            new(path, string.Create(CultureInfo.InvariantCulture, $"{file.Unit} {row.Number}: {why}"));
    }
}
