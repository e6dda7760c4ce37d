using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Tests;
using ActorRlhf.Host.Contracts;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class ReplayCommandTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Replay_Json_HasTheStateInCanonicalFormAndItsHash()
    {
        var result = await App.RunAsync("replay", TrainedRuns.Done, "--data", runs.Data, "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        var line = result.Single();
        Assert.Equal(["run", "step", "state", "stateHash", "events", "eventsPerSecond"], line.Names());
        var status = line.GetProperty("state").GetProperty("status").GetString();
        Assert.Equal(
            (TrainedRuns.Done, 6, "completed"), (line.GetProperty("run").GetString(), line.GetProperty("step").GetInt32(), status));
        Assert.True(line.GetProperty("eventsPerSecond").GetDouble() > 0);
        var hash = line.GetProperty("stateHash").GetString();
        Assert.Equal(hash, ContentHash.Of(Encoding.UTF8.GetBytes(line.GetProperty("state").GetRawText())).ToString());
        var completed = (await App.RunAsync("events", TrainedRuns.Done, "--data", runs.Data, "--json", "--type", "run.completed")).Single();
        Assert.Equal(completed.GetProperty("payload").GetProperty("stateHash").GetString(), hash);
        var (training, evaluations) = (await EventsAsync("training"), await EventsAsync("evaluations"));
        Assert.Equal(training.Length + evaluations.Length, line.GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task Replay_At_IsTheStateAfterThatStep()
    {
        var steps = new List<JsonElement>();
        for (var step = 0; step <= 6; step++)
            steps.Add((await App.RunAsync("replay", TrainedRuns.Done, "--at", $"{step}", "--data", runs.Data, "--json")).Single());

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], steps.Select(line => line.GetProperty("step").GetInt32()));
        Assert.All(steps, line => Assert.Equal("running", line.GetProperty("state").GetProperty("status").GetString()));
        var updated = (await EventsAsync("training"))
            .Where(line => line.GetProperty("type").GetString() == "policy.updated")
            .Select(line => line.GetProperty("payload").GetProperty("weights").GetString());
        Assert.Equal(updated, steps.Skip(1).Select(line => line.GetProperty("state").GetProperty("weights").GetString()));
    }

    [Fact]
    public async Task Replay_Text_SaysWhereTheRunStandsAndThatItIsTheStateOfItsEnd()
    {
        var end = await App.RunAsync("replay", TrainedRuns.Done, "--data", runs.Data);
        Assert.Equal((0, ""), (end.Code, end.Error));
        string[] expected =
        [
            "completed", "6 of 6", "(equals run.completed)", "events/s", "bytes per event", "the chain holds",
            "objective/kl", "√KL", "● gold",
        ];
        Assert.All(expected, text => Assert.Contains(text, end.Out, StringComparison.Ordinal));

        var before = await App.RunAsync("replay", TrainedRuns.Done, "--at", "4", "--data", runs.Data);
        Assert.Contains("4 of 6", before.Out, StringComparison.Ordinal);
        Assert.Contains("last step: 4", before.Out, StringComparison.Ordinal);
        Assert.Contains("last evaluation: 3", before.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("equals", before.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_StoppedRun_SaysWhy()
    {
        var result = await App.RunAsync("replay", TrainedRuns.Stopped, "--data", runs.Data);
        Assert.Equal(0, result.Code);
        Assert.Contains("stopped: the test has seen enough", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        ExitCode.NotFound,
        "step 7 is not in the log of run done-1, which ends after step 6; expected 0 to 6",
        TrainedRuns.Done, "--at", "7")]
    [InlineData(ExitCode.NotFound, "there is no run 'nobody'", "nobody")]
    [InlineData(ExitCode.Usage, "--at: '-1' is not a whole number", TrainedRuns.Done, "--at", "-1")]
    public async Task Replay_WhatIsNotThere_IsRefused(int code, string said, params string[] args)
    {
        var result = await App.RunAsync(["replay", .. args, "--data", runs.Data]);
        Assert.Equal((code, ""), (result.Code, result.Out));
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "UPDATE journal SET message = (SELECT message FROM journal WHERE persistence_id = 'run-stopped-2' AND sequence_number = 4) "
            + "WHERE persistence_id = 'run-done-1' AND sequence_number = 4")]
    [InlineData("UPDATE journal SET manifest = 'run.paused/1' WHERE persistence_id = 'run-done-1-evaluations' AND sequence_number = 4")]
    public async Task Replay_AlteredLog_Fails(string tampering)
    {
        CopyJournal();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, DataDirectory.JournalName)};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = tampering;
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var result = await App.RunAsync("replay", TrainedRuns.Done, "--data", _folder, "--json");

        Assert.Equal((ExitCode.Failed, ""), (result.Code, result.Out));
        Assert.Contains("is broken at sequence 4", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--json")]
    [InlineData("--at", "3")]
    public async Task Replay_AnyRun_ChangesNothingAndNeedsNoArtefact(params string[] options)
    {
        CopyJournal();
        var before = Files();

        var result = await App.RunAsync(["replay", TrainedRuns.Done, "--data", _folder, .. options]);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task Replay_ReadOnlyDirectory_GivesTheSame()
    {
        CopyJournal();
        Task<App.Result> reading;
        using (new ReadOnlyDirectory(_folder))
        {
            reading = App.RunAsync("replay", TrainedRuns.Done, "--data", _folder, "--json");
            Assert.True(reading.IsCompleted, "the command left this thread, which alone may not write");
        }

        var there = await reading;
        var here = await App.RunAsync("replay", TrainedRuns.Done, "--data", runs.Data, "--json");
        Assert.Equal(here.Single().GetProperty("state").GetRawText(), there.Single().GetProperty("state").GetRawText());
    }

    async Task<JsonElement[]> EventsAsync(string stream) =>
        (await App.RunAsync("events", TrainedRuns.Done, "--data", runs.Data, "--json", "--stream", stream)).Lines();

    void CopyJournal() => File.Copy(Path.Combine(runs.Data, DataDirectory.JournalName), Path.Combine(_folder, DataDirectory.JournalName));

    (string, string, DateTime)[] Files() =>
        [
            .. Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => (path, ContentHash.Of(File.ReadAllBytes(path)).ToString(), File.GetLastWriteTimeUtc(path))),
        ];
}
