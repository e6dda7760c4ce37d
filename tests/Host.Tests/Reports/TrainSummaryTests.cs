using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Tests.Reports;

public sealed class TrainSummaryTests
{
    [Fact]
    public async Task Write_HostileCompletion_ReachesTheTerminalHarmless()
    {
        // A title, the alternative screen, a C1 sequence, a bell, and a prompt that would look like two lines.
        var text = await SummaryAsync("say\nhello", "\e]0;title\aone\e[?1049h \u009b2J\u0007two", gold: 0.5);

        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.Contains("one two", text);
        Assert.Contains("prompt         say⏎hello", text);
    }

    [Fact]
    public async Task Write_WithoutGold_SaysNothingOfIt()
    {
        var (with, without) = (await SummaryAsync("p", "c", gold: 0.5), await SummaryAsync("p", "c", gold: null));

        Assert.Contains("gold's peak", with);
        Assert.Contains("● gold", with);
        Assert.DoesNotContain("gold", without);
        Assert.Contains("⠒ proxy", without);
    }

    static async Task<string> SummaryAsync(string prompt, string completion, double? gold)
    {
        await using var run = await ScriptedRun.BeginAsync();
        var artefact = run.Data.Artefacts.Put(JsonLines.Write([Some.Row(prompt, completion)]));
        await run.TrainAsync((0, ScriptedRun.Started(new Recipe()), null), (1, new RunCompleted(0, Some.Hash, Some.Hash), null));
        await run.EvaluateAsync(
            (0, Some.Rollout(0, [2], Some.Heldout, artefact), 1),
            (0, Some.Scored(0, [0.25], Some.Heldout), 1),
            (0, Some.Kl(0, [0], Some.Heldout), 1));
        if (gold is { } mean) await run.EvaluateAsync((0, Some.Gold(0, mean), 1));

        var (record, before) = (run.Record, Console.Out);
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            TrainSummary.Write(record, TrainReport.Of(record, run.Data.Path), run.Data);
        }
        finally { Console.SetOut(before); }
        return output.ToString();
    }
}
