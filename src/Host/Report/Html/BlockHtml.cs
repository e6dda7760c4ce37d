using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Sections;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Html;

/// <summary>Writes sections as HTML, a line for each thing that can be compared.</summary>
/// <param name="page">Where.</param>
sealed class BlockHtml(Markup page)
{
    const int MostRowsWithKeys = 60; // a key at each cell of a long table would be most of the page

    readonly SaidHtml _said = new(page);
    string _prefix = "";
    int _figures;

    /// <summary>A run.</summary>
    /// <param name="chapter">What is said of it.</param>
    /// <param name="index">Its place among the report's runs.</param>
    /// <param name="isOneOfSeveral">Whether it needs a heading of its own, and names that no other run has.</param>
    public void Write(Chapter chapter, int index, bool isOneOfSeveral)
    {
        _prefix = isOneOfSeveral ? $"run{Figures.Of(index + 1)}-" : "";
        if (isOneOfSeveral)
            page.Open("div", ("class", "run"), ("id", $"run{Figures.Of(index + 1)}"), ("data-key", $"run {chapter.Run}")).Line()
                .Element("h2", $"Run {chapter.Run}").Line();
        foreach (var section in chapter.Sections) Write(section, isOneOfSeveral);
        if (isOneOfSeveral) page.Close("div").Line();
    }

    /// <summary>The runs over each other, and where each begins.</summary>
    public void WriteOverlay(Section overlay, IReadOnlyList<RunContent> runs)
    {
        Write(overlay, false, () =>
        {
            page.Open("ul").Line();
            for (var i = 0; i < runs.Count; i++)
                page.Open("li").Element("a", runs[i].Ledger.Run, ("href", $"#run{Figures.Of(i + 1)}"))
                    .Text($": {runs[i].Ledger.Verdict.Sentence}").Close("li").Line();
            page.Close("ul").Line();
        });
    }

    void Write(Section section, bool isDeeper, Action? first = null)
    {
        var id = _prefix + section.Id;
        page.Open("section", ("id", id), ("aria-labelledby", $"{id}-title"), ("data-key", id)).Line();
        page.Element(isDeeper ? "h3" : "h2", section.Title, ("id", $"{id}-title")).Line();
        first?.Invoke();
        foreach (var block in section.Blocks) Write(block, isDeeper);
        page.Close("section").Line();
    }

    void Write(Block block, bool isDeeper)
    {
        switch (block)
        {
            case Paragraph one: page.Element("p", one.Text, ("class", one.IsLead ? "lead" : null)).Line(); break;
            case Heading one: page.Element(isDeeper ? "h4" : "h3", one.Text).Line(); break;
            case Facts facts: Write(facts); break;
            case Grid grid: Folded(grid.IsFolded ? grid.Caption : null, () => Write(grid)); break;
            case Pictures pictures: Folded(pictures.Folded, () => Write(pictures)); break;
            case Verbatim text: Folded(text.Caption, () => page.Open("pre", ("tabindex", "0")).Text(text.Text).Close("pre").Line()); break;
            case Stories stories: _said.Write(stories, _prefix); break;
            case CompletionTable table: _said.Write(table, _prefix); break;
            default: throw new NotSupportedException($"{block.GetType().Name} is no known block");
        }
    }

    void Folded(string? caption, Action write)
    {
        if (caption is not null) page.Open("details").Element("summary", caption).Line();
        write();
        if (caption is not null) page.Close("details").Line();
    }

    void Write(Facts facts)
    {
        page.Open("dl", ("class", "facts")).Line();
        foreach (var fact in facts.All)
        {
            page.Open("div", ("class", $"fact {fact.Tone}".TrimEnd()), ("data-key", _prefix + fact.Key)).Line();
            page.Element("dt", fact.Label).Line();
            page.Element("dd", fact.Value, ("class", "value")).Line().Element("dd", fact.Note).Line();
            page.Close("div").Line();
        }
        page.Close("dl").Line();
    }

    void Write(Pictures pictures)
    {
        page.Open("div", ("class", "figures")).Line();
        foreach (var chart in pictures.Charts)
        {
            page.Open("figure").Line().Element("figcaption", chart.Title).Line();
            SvgFigure.Write(page, chart, $"figure{Figures.Of(++_figures)}");
            page.Close("figure").Line();
        }
        page.Close("div").Line();
    }

    void Write(Grid grid)
    {
        page.Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", grid.Caption)).Line();
        page.Open("table").Line().Element("caption", grid.Caption, ("class", grid.IsFolded ? "unseen" : null)).Line();
        page.Open("thead").Open("tr").Line();
        foreach (var heading in grid.Headings)
            page.Element("th", heading.TrimStart('>'), ("scope", "col"), ("class", heading.StartsWith('>') ? "number" : null)).Line();
        page.Close("tr").Close("thead").Line().Open("tbody").Line();
        var hasKeys = grid.Rows.Count <= MostRowsWithKeys;
        foreach (var row in grid.Rows)
        {
            page.Open("tr", ("data-key", hasKeys ? null : $"{_prefix}{grid.Key}/{row[0]}")).Line();
            for (var i = 0; i < row.Count; i++)
                page.Element(i == 0 ? "th" : "td", row[i],
                    ("scope", i == 0 ? "row" : null), ("class", grid.Headings[i].StartsWith('>') ? "number" : null),
                    ("data-key", hasKeys ? $"{_prefix}{grid.Key}/{row[0]}{(i == 0 ? "" : "/" + grid.Headings[i].TrimStart('>'))}" : null))
                        .Line();
            page.Close("tr").Line();
        }
        page.Close("tbody").Line().Close("table").Line().Close("div").Line();
    }
}
