using System.Text;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Sections;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Markdown;

/// <summary>A report as Markdown, for an issue or a page of notes: figures are tables there, and the table of completions is left
/// out.</summary>
static class ReportMarkdown
{
    const int StoriesShown = 3;

    /// <summary>Makes it.</summary>
    public static string Of(ReportStamp stamp, IReadOnlyList<RunContent> runs)
    {
        var page = new StringBuilder().Append(stamp.Comment()).Append('\n');
        if (runs.Count > 1)
        {
            Add(page, $"# Mismatch report: {Figures.Of(runs.Count)} runs");
            Write(page, Overlay.Of(runs));
        }
        foreach (var chapter in runs.Select(RunChapter.Of))
        {
            Add(page, $"# Mismatch report: {Text(chapter.Run)}");
            foreach (var section in chapter.Sections.Where(section => !section.Blocks.Any(block => block is CompletionTable)))
                Write(page, section);
        }
        return page.Append('\n').Append(stamp.Comment()).Append('\n').ToString();
    }

    static void Write(StringBuilder page, Section section)
    {
        Add(page, $"## {Text(section.Title)}");
        foreach (var block in section.Blocks) Write(page, block);
    }

    static void Write(StringBuilder page, Block block)
    {
        switch (block)
        {
            case Paragraph one: Add(page, one.IsLead ? $"**{Text(one.Text)}**" : Text(one.Text)); break;
            case Heading one: Add(page, $"### {Text(one.Text)}"); break;
            case Facts facts:
                Table(page, ["", "", ""], facts.All.Select(fact
                => (string[])[fact.Label, $"**{Text(fact.Value)}**", fact.Note]), bold: 1); break;
            case Grid grid:
                Add(page, $"**{Text(grid.Caption)}**");
                Table(page, grid.Headings, grid.Rows);
                break;
            case Pictures: break; // their tables follow
            case Verbatim text: Add(page, Fenced(text.Text)); break;
            case Stories stories: Write(page, stories); break;
            default: throw new NotSupportedException($"{block.GetType().Name} is no known block");
        }
    }

    static void Write(StringBuilder page, Stories stories)
    {
        foreach (var prompt in stories.Of.Prompts.Take(StoriesShown))
        {
            Add(page, $"**{Text(prompt.Text)}**");
            Table(page, [">step", "completion", ">reward", $">{stories.Score ?? "score"}", ">tokens"],
                stories.Of.Steps.Zip(prompt.Answers, (step, answer) =>
                (string[])[Figures.Of(step), answer.Text, Shown.Number(answer.Reward), Shown.Number(answer.Score),
                    Figures.Of(answer.Tokens)]));
        }
    }

    static void Table(StringBuilder page, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, int bold = -1)
    {
        page.Append("\n| ").AppendJoin(" | ", headings.Select(heading => Text(heading.TrimStart('>')))).Append(" |\n|")
            .AppendJoin('|', headings.Select(heading => heading.StartsWith('>') ? " ---: " : " --- ")).Append("|\n");
        foreach (var row in rows) page.Append("| ").AppendJoin(" | ",
            row.Select((cell, i) => i == bold ? cell : Text(cell))).Append(" |\n");
    }

    /// <summary>A block that no line of the text ends.</summary>
    static string Fenced(string foreign)
    {
        var text = VisibleText.Of(foreign);
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal)) fence += "`";
        return $"{fence}\n{text.TrimEnd('\n')}\n{fence}";
    }

    static string Text(string text) => VisibleText.Markdown(text);

    static void Add(StringBuilder page, string block) => page.Append('\n').Append(block).Append('\n');
}
