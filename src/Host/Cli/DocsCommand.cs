using System.CommandLine;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Docs;

namespace ActorRlhf.Host.Cli;

/// <summary><c>docs</c>: the pages of <c>docs/</c> that are generated from the code. Hidden: for those who change the code.</summary>
static class DocsCommand
{
    static readonly Dictionary<string, Func<string>> s_pages = new()
    {
        ["evaluators"] = EvaluatorsPage.Markdown,
        ["events"] = EventsPage.Markdown,
        ["metrics"] = MetricsPage.Markdown,
        ["recipes"] = RecipeReference.Markdown,
    };

    public static Command Create()
    {
        var page = new Argument<string>("PAGE") { Description = "Which page." }.AcceptOnlyFromAmong([.. s_pages.Keys]);
        var command = new Command("docs", "Prints a generated page of the documentation.") { page };
        command.Hidden = true;
        command.SetAction(parse => Console.Out.Write(s_pages[parse.GetRequiredValue(page)]()));
        return command;
    }
}
