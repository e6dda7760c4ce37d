using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>A part of a section, before anybody knows whether it becomes HTML or Markdown. Texts are plain.</summary>
abstract record Block;

/// <summary>A paragraph.</summary>
/// <param name="Text">What it says.</param>
/// <param name="IsLead">Whether it is what must be read first.</param>
sealed record Paragraph(string Text, bool IsLead = false) : Block;

/// <summary>A heading within a section.</summary>
/// <param name="Text">What it says.</param>
sealed record Heading(string Text) : Block;

/// <summary>Facts side by side.</summary>
/// <param name="All">The facts.</param>
sealed record Facts(IReadOnlyList<Fact> All) : Block;

/// <summary>A fact.</summary>
/// <param name="Key">Its path in the ledger.</param>
/// <param name="Label">What it is about.</param>
/// <param name="Value">What is most important of it.</param>
/// <param name="Note">The rest.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c>, <c>open</c>, or empty.</param>
sealed record Fact(string Key, string Label, string Value, string Note, string Tone = "");

/// <summary>A table.</summary>
/// <param name="Key">Path in the ledger of what it shows.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Headings">Of the columns; one that begins with <c>&gt;</c> is aligned to the right.</param>
/// <param name="Rows">Their cells; the first one names the row.</param>
/// <param name="IsFolded">Whether it is opened by whoever wants to see it.</param>
sealed record Grid(string Key, string Caption, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows,
    bool IsFolded = false) : Block;

/// <summary>Figures side by side.</summary>
/// <param name="Charts">The figures.</param>
/// <param name="Folded">What they show where they are opened by whoever wants to see them; null where they are open.</param>
sealed record Pictures(IReadOnlyList<Chart> Charts, string? Folded = null) : Block;

/// <summary>What was said to the same prompts at several steps.</summary>
/// <param name="Of">The completions.</param>
/// <param name="Score">What the yardstick is called; null without one.</param>
sealed record Stories(ShownCompletions Of, string? Score) : Block;

/// <summary>All completions that the report holds.</summary>
/// <param name="Of">The completions.</param>
/// <param name="Score">What the yardstick is called; null without one.</param>
sealed record CompletionTable(ShownCompletions Of, string? Score) : Block;

/// <summary>Text to copy.</summary>
/// <param name="Text">As it is.</param>
/// <param name="Caption">What it is where it is opened by whoever wants to see it; null where it is open.</param>
sealed record Verbatim(string Text, string? Caption = null) : Block;

/// <summary>A section.</summary>
/// <param name="Id">Its name in links.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">Its parts.</param>
sealed record Section(string Id, string Title, IReadOnlyList<Block> Blocks);

/// <summary>What a report says of one run.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Recipe">Its recipe's name.</param>
/// <param name="Sections">In order.</param>
sealed record Chapter(string Run, string Recipe, IReadOnlyList<Section> Sections);
