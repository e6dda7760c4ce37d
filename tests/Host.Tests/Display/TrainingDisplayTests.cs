using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Host.Display;
using Spectre.Console;

namespace ActorRlhf.Host.Tests.Display;

public sealed class TrainingDisplayTests
{
    static readonly RunId s_run = RunId.Parse("a-run");
    static readonly DateTimeOffset s_began = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly Recipe s_recipe = new()
    {
        Pretrain = new() { Steps = 100 },
        Reward = new() { Members = 2 },
        Rl = new() { Steps = 20, Episodes = 8 },
    };

    static DateTimeOffset After(double seconds) => s_began.AddSeconds(seconds);

    static StageEnded Ended(string stage, params NamedNumber[] metrics) =>
        new(s_run, stage, [new TimedEvent(new StageCompleted(stage, [], metrics), TimeSpan.FromSeconds(2))]);

    static TrainingPicture Picture(params (object News, double Seconds)[] news)
    {
        var picture = new TrainingPicture(s_recipe, RunState.Empty);
        picture.Begin(s_began);
        foreach (var (item, seconds) in news) picture.Add(item, After(seconds));
        return picture;
    }

    static TrainingPicture InRl() => Picture((Ended("world"), 1), (Ended("sft"), 2), (Ended("preferences"), 3), (Ended("reward-models"), 5),
        (new RunEvaluated(s_run, new HeldoutPoint(0, 0.5, 0.25, 0, 9)), 6), (new StepEnded(s_run, 5, 20, []), 15));

    [Fact]
    public void Add_SftProgress_GivesRateAndTimeLeft()
    {
        // SFT begins when the world ends, at second 2; 25 of 100 steps by second 12 are 2.5 a second, so 75 more take 30 s.
        var picture = Picture((Ended("world"), 2), (new RunProgress(s_run, new TrainingProgress("sft", 25, 100, "loss", 1.5)), 12));

        var sft = picture.Rows.Single(row => row.Name == "sft");
        Assert.Equal(
            (2.5, TimeSpan.FromSeconds(30), 0.25, "loss 1.50"),
            (sft.Rate(After(12)), sft.Remaining(After(12)), sft.Share, sft.Detail));
    }

    [Fact]
    public void Add_PreferencesEnded_BeginsAllRewardModelsTogether()
    {
        var picture = Picture((Ended("world"), 1), (Ended("sft"), 2), (Ended("preferences"), 3));

        Assert.Equal(["reward model 1", "reward model 2"], picture.Rows.Where(row => row.Began == After(3)).Select(row => row.Name));
    }

    [Fact]
    public void Add_Step_CountsFromTheBeginningOfRl()
    {
        // RL begins at second 5; 5 steps of 8 episodes by second 15 are half a step and four episodes a second.
        var picture = InRl();

        Assert.Equal((0.5, 4.0), (picture.Rows[^1].Rate(After(15)), picture.EpisodesPerSecond(After(15))));
        Assert.Equal(0.25, picture.Evaluation!.Gold);
    }

    /// <summary>A run that goes on, and a fork, have stages and steps behind them that take no time any more.</summary>
    [Fact]
    public void Begin_RunThatGoesOn_CountsFromWhereItStands()
    {
        var state = RunState.Empty with
        {
            Stages = [.. StageNames.InOrder.Select(name => new StageCompleted(name, [], []))],
            Step = 10,
        };
        var picture = new TrainingPicture(s_recipe, state);
        picture.Begin(s_began);
        picture.Add(new StepEnded(s_run, 15, 20, []), After(10));

        Assert.All(picture.Rows.SkipLast(1), row => Assert.Equal((1.0, null), (row.Share, row.Began)));
        Assert.Equal((0.5, TimeSpan.FromSeconds(10)), (picture.Rows[^1].Rate(After(10)), picture.Rows[^1].Remaining(After(10))));
    }

    [Fact]
    public void Begin_RunThatGoesOnInTheMiddleOfAStage_CountsFromWhereItStands()
    {
        var sft = new TrainingPicture(s_recipe, RunState.Empty with
        {
            Stages = [new StageCompleted("world", [], [])],
            Sft = new SftCheckpointed(40, 1, 0, []),
        });
        sft.Begin(s_began);
        sft.Add(new RunProgress(s_run, new TrainingProgress("sft", 60, 100, "loss", 1.5)), After(10));
        var members = new TrainingPicture(s_recipe, RunState.Empty with
        {
            Stages = [.. StageNames.InOrder.SkipLast(1).Select(name => new StageCompleted(name, [], []))],
            RewardModels = [new RewardModelTrained(0, default, 0, 0, 0, 0, 0, 0, 0, 1)],
        });
        members.Begin(s_began);

        Assert.Equal(2, sft.Rows[1].Rate(After(10)));
        Assert.Equal(["reward model 2"], members.Rows.Where(row => row.Ended is null && row.Began == s_began).Select(row => row.Name));
    }

    [Fact]
    public void Add_LastStep_EndsRl()
    {
        var picture = InRl();
        picture.Add(new StepEnded(s_run, 20, 20, []), After(45));

        Assert.Equal((After(45), null), (picture.Rows[^1].Ended, picture.Rows[^1].Remaining(After(50))));
    }

    [Fact]
    public void Add_JournalThatWritesAgain_TakesTheWarningBack()
    {
        var picture = Picture((new JournalReadiness(false, "the disk is full", s_began), 1));
        Assert.Equal("the disk is full", picture.Warning);

        picture.Add(new JournalReadiness(true, null, s_began), After(2));
        Assert.Null(picture.Warning);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Render_InRl_FitsTheTerminal(int width)
    {
        var picture = InRl();
        picture.Add(new JournalReadiness(false, "full\e[2J", s_began), After(15));
        var text = Text(picture, After(15), width);

        Assert.All(text.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, width));
        string[] expected =
        [
            "5/20", "0.50 steps/s", "eta 0:30", "held-out, step 0: proxy 0.50, gold 0.25", "training, step 5:", "4 episodes/s",
            "warning: full",
        ];
        foreach (var said in expected) Assert.Contains(said, text);
        Assert.DoesNotContain('\e', text);
    }

    [Theory]
    [InlineData(80, 40, true)]
    [InlineData(80, 12, false)]
    [InlineData(40, 40, false)]
    public void Render_SeveralEvaluations_HasCurvesWhereThereIsRoom(int width, int height, bool curves)
    {
        var picture = InRl();
        picture.Add(new RunEvaluated(s_run, new HeldoutPoint(10, 0.9, 0.3, 4, 11)), After(20));
        var text = Text(picture, After(20), width, height);

        Assert.Equal(curves, text.Contains("√KL", StringComparison.Ordinal));
        Assert.Contains("held-out, step 10", text, StringComparison.Ordinal);
    }

    /// <summary>Whoever looks on later sees the last figures at once, and no rate of what was done before.</summary>
    [Fact]
    public void Recall_WhatLiesBehind_ShowsFiguresAndCountsNoTime()
    {
        var state = RunState.Empty with
        {
            Stages = [.. StageNames.InOrder.Select(name => new StageCompleted(name, [], []))],
            Step = 10,
        };
        var picture = new TrainingPicture(s_recipe, state);
        picture.Recall(new StepEnded(s_run, 10, 20, []));
        picture.Recall(new RunEvaluated(s_run, new HeldoutPoint(10, 0.9, 0.3, 4, 11)));
        picture.Recall(new Notice("it is paused"));
        picture.Begin(s_began);

        Assert.Equal((10, 0.3, "it is paused"), (picture.Step!.Step, picture.Evaluation!.Gold, picture.Warning));
        Assert.Null(picture.Rows[^1].Rate(After(10)));
        picture.Add(new Notice("it goes on", IsOver: true), After(11));
        Assert.Null(picture.Warning);
    }

    [Fact]
    public void Line_StageAndEvaluation_AreSaidAndProgressIsNot()
    {
        var plain = new PlainTraining(steps: 20);

        Assert.Equal("sft: loss 1.5, tokens 1,200 in 2.0 s", plain.Line(Ended("sft", new("loss", 1.5), new("tokens", 1200))));
        Assert.Equal(
            "evaluation after step 10 of 20: proxy 0.50, KL 1.00 nats, length 9.00 tokens",
            plain.Line(new RunEvaluated(s_run, new HeldoutPoint(10, 0.5, null, 1, 9))));
        Assert.Null(plain.Line(new RunProgress(s_run, new TrainingProgress("sft", 1, 2, "loss", 1))));
        Assert.Null(plain.Line(new JournalReadiness(true, null, s_began)));
    }

    static string Text(TrainingPicture picture, DateTimeOffset now, int width, int height = 24)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(LiveTraining.Render(picture, now, width, height));
        return text.ToString();
    }
}
