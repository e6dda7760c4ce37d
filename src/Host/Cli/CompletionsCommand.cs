using System.CommandLine;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary><c>completions</c>: what the policy said, and what was thought of it.</summary>
static class CompletionsCommand
{
    public static Command Create()
    {
        var (run, json, steps, source) = (Options.Run(), Options.Json(), Options.Steps(), new SourceOptions());
        var set = new Option<string?>("--set")
        {
            Description = "Only rollouts of training, or only those of held-out prompts.",
        }.OneOf(CompletionQuery.Training, CompletionQuery.Heldout);
        var prompt = new Option<string?>("--prompt")
        {
            Description = "Only prompts with this id, or with this text in them.",
            HelpName = "TEXT",
        };
        var limit = Options.OptionalNumber("--limit", "N", "At most so many completions.", 0, int.MaxValue);
        var command = new Command("completions", "Prints completions with their scores.") { run, json, steps, set, prompt, limit };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            using var runs = source.Open(parse);
            var query = new CompletionQuery(parse.GetValue(steps) ?? StepRange.All, parse.GetValue(set), parse.GetValue(prompt),
                parse.GetValue(limit) ?? int.MaxValue);
            return await ExecuteAsync(runs, parse.GetRequiredValue(run), query, parse.GetValue(json), ct).ConfigureAwait(false);
        });
        return command;
    }

    static async Task<int> ExecuteAsync(IRunSource source, string name, CompletionQuery query, bool json, CancellationToken ct)
    {
        var answer = await source.CompletionsAsync(name, query, ct).ConfigureAwait(false);
        var any = false;
        await foreach (var view in answer.Lines.WithCancellation(ct).ConfigureAwait(false))
        {
            any = true;
            if (json) JsonOutput.Write(view);
            else Print(view);
        }
        if (!any && answer.Nothing() is { } why) Talk.Say(why);
        return ExitCode.Done;
    }

    static void Print(CompletionView view)
    {
        var scores = string.Join(", ", view.Scores.Select(score => Figures.Of(score.Value)));
        var kl = view.Kl is { } nats ? $"kl {Figures.Of(nats)}" : "kl not measured, for the step was not applied";
        var length = Counted.Of(view.Length, "token");
        var place = $"step {Figures.Of(view.Step)}, {Tables.OneLine($"{view.Set}, {view.PromptId}")}, sample {Figures.Of(view.Sample)}";
        var seen = view.PromptSeen is { } end ? $"\n  [the prompt was cut; the policy was given only this] {Tables.OneLine(end)}" : "";
        Console.Out.Write(
            $"""
            {place}: reward {Figures.Of(view.Reward)} ({scores}), {kl}, {length}, {Tables.OneLine(view.StopReason)}
              {Tables.OneLine(view.Prompt)}{seen}
              ⟶ {Tables.OneLine(view.Completion)}

            """.ReplaceLineEndings("\n"));
    }
}
