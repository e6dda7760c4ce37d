using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Actors.Tests.Runs.Reading;

/// <summary>Columns that are kept up are the ones that a reader makes of the whole log.</summary>
public sealed class MetricTableTests(MetricTableTests.Forked forked) : IClassFixture<MetricTableTests.Forked>
{
    [Fact]
    public void TryUpdate_AFinishedRunAndItsFork_HaveWhatTheWholeLogSays()
    {
        using var data = DataDirectory.OpenForReading(forked.Directory);
        foreach (var run in new RunReader(data.Store).Runs())
        {
            var table = new MetricTable(data.Store, run);
            Assert.True(table.TryUpdate());
            AssertIsOf(new RunReader(data.Store).Read(run), table);
            Assert.True(table.TryUpdate());
            AssertIsOf(new RunReader(data.Store).Read(run), table);
        }
    }

    [Fact]
    public void TryUpdate_LogThatGrew_TakesInWhatWasAdded()
    {
        var directory = Temporary.CopyOf(forked.Directory);
        using var data = DataDirectory.OpenForReading(directory);
        var run = new RunReader(data.Store).Runs()[0];
        // The log as it was before: the rows of the second half are put aside.
        var database = data.Store.Settings.Database;
        const string late = "persistence_id = 'run-{0}' AND sequence_number > 20 OR persistence_id = 'run-{0}-evaluations' "
            + "AND sequence_number > 4";
        var those = string.Format(System.Globalization.CultureInfo.InvariantCulture, late, run);
        Vandal.Execute(database, $"CREATE TABLE aside AS SELECT * FROM journal WHERE {those}; DELETE FROM journal WHERE {those}; "
            + "DELETE FROM snapshot");
        var table = new MetricTable(data.Store, run);
        Assert.True(table.TryUpdate());
        var before = table.Cells;
        Vandal.Execute(database, "INSERT INTO journal SELECT * FROM aside");

        Assert.True(table.TryUpdate());

        Assert.True(table.Cells > before);
        AssertIsOf(new RunReader(data.Store).Read(run), table);
    }

    [Fact]
    public void TryUpdate_AnotherLogOfTheSameName_IsRefused()
    {
        var directory = Temporary.CopyOf(forked.Directory);
        using var data = DataDirectory.OpenForReading(directory);
        var run = new RunReader(data.Store).Runs()[0];
        var table = new MetricTable(data.Store, run);
        Assert.True(table.TryUpdate());
        Vandal.Execute(data.Store.Settings.Database,
            $"DELETE FROM journal WHERE persistence_id = 'run-{run}' AND sequence_number > 20");
        Assert.False(table.TryUpdate());
    }

    [Fact]
    public void TryUpdate_RunThatIsDeletedBeforeItIsRead_IsRefused()
    {
        var directory = Temporary.CopyOf(forked.Directory);
        using var data = DataDirectory.OpenForReading(directory);
        var run = new RunReader(data.Store).Runs()[0];
        var table = new MetricTable(data.Store, run);
        Vandal.Execute(data.Store.Settings.Database,
            $"DELETE FROM journal WHERE persistence_id IN ('{run.TrainingStream}', '{run.EvaluationStream}')");
        Assert.False(table.TryUpdate());
        Assert.False(table.TryUpdate());
    }

    [Theory]
    [InlineData(1, false)]                            // its evaluation is the fork's, too
    [InlineData(3, true)]
    public void TryUpdate_ForkWhoseParentWasLookedAtOnceMore_HoldsUnlessThatIsShared(int step, bool holds)
    {
        var directory = Temporary.CopyOf(forked.Directory);
        using var data = DataDirectory.OpenForReading(directory);
        var runs = new RunReader(data.Store);
        var fork = runs.Runs().Select(runs.Read).Single(run => run.State.Parent is not null);
        // The parent's log as it was before it was evaluated after that step.
        var late = fork.Parent!.Evaluations().First(read => EventSteps.Of(read.Event) == step).Sequence;
        var those = $"FROM journal WHERE persistence_id = 'run-{fork.Parent.Id}-evaluations' AND sequence_number >= {late}";
        var database = data.Store.Settings.Database;
        Vandal.Execute(database, $"CREATE TABLE aside AS SELECT * {those}; DELETE {those}");
        var table = new MetricTable(data.Store, fork.Id);
        Assert.True(table.TryUpdate());
        Vandal.Execute(database, "INSERT INTO journal SELECT * FROM aside");

        Assert.Equal(holds, table.TryUpdate());

        if (holds) AssertIsOf(runs.Read(fork.Id), table);
    }

    [Fact]
    public void TryUpdate_AfterItFailedHalfWay_IsRefusedSoThatNothingIsTakenTwice()
    {
        var directory = Temporary.CopyOf(forked.Directory);
        using var data = DataDirectory.OpenForReading(directory);
        var run = new RunReader(data.Store).Runs()[0];
        var table = new MetricTable(data.Store, run);
        var database = data.Store.Settings.Database;
        var one = $"FROM journal WHERE persistence_id = 'run-{run}' AND sequence_number = 20";
        Vandal.Execute(database, $"CREATE TABLE aside AS SELECT * {one}; DELETE {one}");
        Assert.Throws<BrokenChainException>(() => table.TryUpdate());
        Vandal.Execute(database, "INSERT INTO journal SELECT * FROM aside");

        Assert.False(table.TryUpdate());
    }

    /// <summary>A run and a fork of it.</summary>
    public sealed class Forked : IAsyncLifetime
    {
        public string Directory { get; } = Temporary.NewDirectory();

        public async Task InitializeAsync()
        {
            await using var host = await RunsHost.StartAsync(Directory);
            var run = await host.TrainAsync("one", Some.Recipe("evaluation.every=1", "checkpoint.every=1", "checkpoint.keep=0"));
            var recipe = Some.Recipe("evaluation.every=1", "rl.learningRate=0.001");
            await host.TrainAsync("two", recipe, fork: await host.LeaveAsync(run, 2, recipe));
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }

    static void AssertIsOf(RunRecord run, MetricTable table)
    {
        StepMetrics[] all = [.. StepMetrics.Of(run)];
        Assert.NotEmpty(all);
        Assert.Equal(all.Select(step => step.Step), table.Steps);
        Assert.Equal(all.SelectMany(step => step.Values.Keys).Distinct().Order(), table.Columns.Keys.Order());
        foreach (var (name, column) in table.Columns)
            Assert.Equal(all.Select(step => step.Values.GetValueOrDefault(name, double.NaN)), column);
    }
}
