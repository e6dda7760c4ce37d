using Spectre.Console;

namespace ActorRlhf.Host.Display;

/// <summary>Tables for people on stdout. Cells are plain text: what looks like markup or an escape sequence in them is not.</summary>
static class Tables
{
    // Without a terminal nobody wraps lines for us, and a table that is cut at 80 columns is of no use in a file.
    // COLUMNS asks for another width.
    const int WidthOfFiles = 200;

    /// <summary>Writes a table.</summary>
    /// <param name="headings">Of the columns; one that begins with <c>&gt;</c> is aligned to the right. All empty: no headings.</param>
    /// <param name="rows">Their cells.</param>
    public static void Write(IReadOnlyList<string> headings, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = headings.Any(heading => heading is not "") };
        foreach (var heading in headings)
        {
            var right = heading.StartsWith('>');
            var column = new TableColumn(new Text(right ? heading[1..] : heading));
            table.AddColumn(right ? column.RightAligned() : column);
        }
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(OneLine(cell))));
        Stdout().Write(table);
    }

    /// <summary>Whether a table is shown without a cell that goes on in the next line.</summary>
    /// <param name="headings">As for <see cref="Write"/>.</param>
    /// <param name="rows">Their cells.</param>
    public static bool Fits(IReadOnlyList<string> headings, IEnumerable<string[]> rows) => Width(headings, rows) <= Stdout().Profile.Width;

    static int Width(IReadOnlyList<string> headings, IEnumerable<string[]> rows)
    {
        const int margin = 2, gap = 3;
        var widths = headings.Select(heading => heading.TrimStart('>').Length).ToArray();
        foreach (var row in rows)
            for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(widths[i], OneLine(row[i]).Length);
        return margin + widths.Sum() + gap * (widths.Length - 1) + margin;
    }

    static IAnsiConsole Stdout()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        var asked = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? columns : WidthOfFiles;
        if (Console.IsOutputRedirected) console.Profile.Width = asked;
        return console;
    }

    /// <summary>Foreign text in one line.</summary>
    public static string OneLine(string text) => SafeText.Of(text).ReplaceLineEndings("⏎").Replace('\t', ' ');
}
