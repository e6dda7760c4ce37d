using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Sections;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Html;

/// <summary>Writes what the policy said: prompts across steps, and the table of completions.</summary>
/// <param name="page">Where.</param>
sealed class SaidHtml(Markup page)
{
    /// <summary>A prompt after the other; the script shows one at a time.</summary>
    public void Write(Stories stories, string prefix)
    {
        page.Open("div", ("class", "stories")).Line();
        foreach (var (prompt, i) in stories.Of.Prompts.Select((prompt, i) => (prompt, i)))
        {
            page.Open("article", ("class", "story"), ("aria-labelledby", $"{prefix}prompt{Figures.Of(i)}"),
                ("data-key", $"{prefix}prompts/{prompt.Id}")).Line();
            page.Open("h4", ("id", $"{prefix}prompt{Figures.Of(i)}")).Open("bdi").Text(prompt.Text).Close("bdi").Close("h4").Line();
            page.Open("div", ("class", "across")).Line();
            for (var k = 0; k < prompt.Answers.Count; k++)
                Write(prompt.Answers[k], k == 0 ? null : prompt.Answers[k - 1], stories.Of.Steps[k], stories.Score,
                    $"{prefix}prompts/{prompt.Id}");
            page.Close("div").Line().Close("article").Line();
        }
        page.Close("div").Line();
    }

    void Write(ShownCompletions.Answer answer, ShownCompletions.Answer? before, int step, string? score, string key)
    {
        page.Open("div", ("class", "answer"), ("data-key", $"{key}/step {Figures.Of(step)}")).Line();
        page.Element("h5", $"step {Figures.Of(step)}").Line();
        page.Open("p").Open("bdi");
        if (before is null) page.Text(answer.Text);
        else
            foreach (var (text, isNew) in WordChanges.Of(before.Text, answer.Text))
                if (isNew) page.Element("ins", text.TrimEnd()).Text(text[text.TrimEnd().Length..]);
                else page.Text(text);
        page.Close("bdi").Close("p").Line();
        page.Element("p", $"reward {Shown.Number(answer.Reward)}"
            + (answer.Score is { } by ? $", {score} {Shown.Number(by)}" : "") + $", {Figures.Of(answer.Tokens)} tokens"
            + (answer.Kl is { } kl ? $", KL {Shown.Number(kl)}" : ""), ("class", "quiet")).Line();
        page.Close("div").Line();
    }

    /// <summary>The table of completions, which the script makes searchable and sortable.</summary>
    public void Write(CompletionTable table, string prefix)
    {
        page.Open("div", ("class", "wide stacks"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Completions")).Line();
        page.Open("table", ("class", "completions")).Line().Element("caption", "Completions", ("class", "unseen")).Line();
        page.Open("thead").Open("tr").Line();
        foreach (var heading in (string[])[">step", "prompt", "completion", ">reward", $">{table.Score ?? "score"}", ">tokens", ">KL"])
            page.Element("th", heading.TrimStart('>'), ("scope", "col"), ("class", heading.StartsWith('>') ? "number" : null)).Line();
        page.Close("tr").Close("thead").Line().Open("tbody").Line();
        foreach (var prompt in table.Of.Prompts)
            for (var k = 0; k < prompt.Answers.Count; k++)
            {
                var (answer, step) = (prompt.Answers[k], Figures.Of(table.Of.Steps[k]));
                page.Open("tr", ("data-key", $"{prefix}completions/{prompt.Id}/step {step}"))
                    .Element("td", step).Element("td", prompt.Text).Element("td", answer.Text).Element("td", Shown.Number(answer.Reward))
                    .Element("td", Shown.Number(answer.Score)).Element("td", Figures.Of(answer.Tokens))
                        .Element("td", Shown.Number(answer.Kl))
                    .Close("tr").Line();
            }
        page.Close("tbody").Line().Close("table").Line().Close("div").Line();
    }
}
