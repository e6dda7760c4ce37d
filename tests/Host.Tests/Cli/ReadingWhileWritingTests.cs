using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Host.Contracts;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Host.Tests.Cli;

public sealed class ReadingWhileWritingTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-live-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ReadingCommands_WhileTheRunGoesOn_SeeWhatIsStored()
    {
        var seen = new List<(string State, int Events, int Completions)>();
        var refusals = new List<App.Result>();
        var isAskedToStop = false;
        string[] overrides =
            ["pretrain.steps=120", "preferences.pairs=128", "preferences.heldout=64", "rl.steps=500", "evaluation.prompts=4"];
        await Training.RunAsync(_folder, "live", overrides, news =>
        {
            // News of steps that ended before it heard are still to come.
            if (isAskedToStop || news is not (StageEnded or StepEnded)) return null;
            // The run's own actors go on meanwhile: only this listener waits.
            var run = One("show", "live");
            var (events, completions) = (Many("events", "live").Length, Many("completions", "live", "--set", "training").Length);
            seen.Add((run.GetProperty("state").GetString()!, events, completions));
            if (news is StageEnded { Stage: "world" or "sft" })
                refusals.Add(App.RunAsync("best-of-n", "live", "--data", _folder, "--json").GetAwaiter().GetResult());
            Assert.Equal("live", One("runs").GetProperty("run").GetString());
            isAskedToStop = news is StepEnded { Step: 2 };
            return isAskedToStop ? new StopRun("seen enough") : null;
        });

        Assert.Equal(2, refusals.Count);
        Assert.All(refusals, refusal => Assert.Equal((ExitCode.Failed, ""), (refusal.Code, refusal.Out)));
        Assert.Contains("'reward-models'", refusals[0].Error, StringComparison.Ordinal);
        Assert.All(seen, one => Assert.Equal("running", one.State));
        Assert.Equal(seen.Order(), seen);
        Assert.True(seen[0].Events >= 2 && seen[0].Completions == 0);
        Assert.True(seen[^1].Completions >= 32);
        Assert.Equal("stopped", One("runs").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Runs_JournalThatIsJustBeingMade_AreNone()
    {
        using (DataDirectory.OpenForWriting(_folder, TimeProvider.System))
        {
            await using var connection = new SqliteConnection(
                $"Data Source={Path.Combine(_folder, DataDirectory.JournalName)};Pooling=False");
            connection.Open();
            Assert.Equal((0, ""), await ListAsync()); // an empty file
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; CREATE TABLE snapshot (x INTEGER)";
            command.ExecuteNonQuery();
            Assert.Equal((0, ""), await ListAsync()); // the writer has made a table, but not yet this one
        }

        async Task<(int, string)> ListAsync()
        {
            var result = await App.RunAsync("runs", "--data", _folder, "--json");
            return (result.Code, result.Out + result.Error);
        }
    }

    JsonElement One(params string[] args) => Assert.Single(Many(args));

    JsonElement[] Many(params string[] args)
    {
        var result = App.RunAsync([.. args, "--data", _folder, "--json"]).GetAwaiter().GetResult();
        Assert.Equal(0, result.Code); // while there is nothing yet to be listed, stderr says so
        return result.Lines();
    }
}
