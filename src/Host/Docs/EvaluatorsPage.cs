using System.Text;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Docs;

/// <summary>Writes <c>docs/evaluators.md</c> from what the evaluators of the catalogue say of themselves.</summary>
static class EvaluatorsPage
{
    const string Introduction =
        "# Evaluators\n\n" +
        "The catalogue: what comes with the system. `actorrlhf evaluate RUN --evaluator ID` lets one judge what a run's log has, " +
        "`actorrlhf evaluate --file FILE --evaluator ID` [a file of completions](scoring-files.md), and " +
        "`actorrlhf evaluators inject --built-in ID --id OTHER` brings one to runs. " +
        "[guides/evaluators.md](guides/evaluators.md) shows how to write one.\n\n" +
        "- *Needs*: `text` is prompt and completion; `group` all samples of a prompt together, `logprobs` those of the tokens, " +
        "`scores` those of the reward models, `pairs` another completion, `model` the policy. What needs `model` is *generative*, " +
        "everything else *pure*: the same text gets the same numbers for ever.\n" +
        "- *Better*: which way is better; `none` where a metric describes.\n" +
        "- *Role*: `train` is optimised directly, `development` serves to choose, `heldout` is optimised by nothing and nobody, " +
        "and only such a metric can show a mismatch.\n" +
        "- `gold` means `pocket-gold`, and `gold-FAMILY` means `pocket-gold-FAMILY`.\n\n" +
        "This page is written from the code: `actorrlhf docs evaluators`.\n";

    /// <summary>The whole page, lines ended by <c>\n</c>.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder(Introduction);
        foreach (var (id, entry) in BuiltInEvaluators.Catalogue.OrderBy(one => one.Key, StringComparer.Ordinal))
            Section(page, BuiltInEvaluators.ById[id], entry.Settings);
        return page.ToString();
    }

    static void Section(StringBuilder page, IEvaluator evaluator, IReadOnlyList<EvaluatorSetting> settings)
    {
        var kind = evaluator.Needs.HasFlag(EvaluatorNeeds.Model) ? "generative" : "pure";
        page.Append($"\n## `{evaluator.Id}`\n\n{evaluator.Summary}\n\n")
            .Append($"Version {evaluator.Version}, {kind}; needs {Word(evaluator.Needs)}.\n\n")
            .Append("| metric | meaning | better | role |\n| --- | --- | --- | --- |\n");
        foreach (var metric in evaluator.Metrics)
            page.Append($"| `{metric.Name}` | {Cell(metric.Description)} | {Word(metric.Direction)} | {Word(metric.Role)} |\n");
        if (settings.Count == 0) return;
        page.Append("\n| setting | default | meaning |\n| --- | --- | --- |\n");
        foreach (var setting in settings)
            page.Append($"| `{setting.Name}` | `{setting.Default}` | {Cell(setting.Description)} |\n");
    }

    static string Word(Enum value) => value.ToString().ToLowerInvariant();

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
