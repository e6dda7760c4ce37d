using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Contracts;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>A data directory in which something else has the journal's name.</summary>
public sealed class ForeignJournalTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-foreign-").FullName;

    public static TheoryData<string, string> Files => new()
    {
        { "text", "it is no SQLite database" },
        { "other table", "it is a database without the table of a journal" },
        { "other columns", "it is a database without the table of a journal" },
    };

    string Journal => Path.Combine(_folder, DataDirectory.JournalName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task ReadingCommand_FileThatIsNoJournal_NamesItInOneLine(string kind, string problem)
    {
        Make(kind);
        string[][] commands =
        [
            ["runs"], ["show", "latest"], ["events", "latest"], ["completions", "latest"], ["metrics", "latest"],
            ["replay", "latest"], ["audit", "latest"], ["export", "latest", "-o", "x.zip"],
            ["backup", "-o", "x.zip"], ["disk"], ["best-of-n", "latest"], ["counterfactual", "latest"],
            ["compare", "a", "b"], ["fork", "latest", "--at", "0"], ["runs", "delete", "x"], ["train", "--resume", "latest"],
        ];
        foreach (var command in commands)
        {
            var result = await App.RunAsync([.. command, "--data", _folder]);

            Assert.Equal((ExitCode.Failed, ""), (result.Code, result.Out));
            var line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.StartsWith(
                $"{Journal} holds no runs: {problem}; expected the SQLite database that training writes",
                line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Doctor_FileThatIsNoJournal_SaysTheSame(string kind, string problem)
    {
        Make(kind);

        var result = await App.RunAsync("doctor", "--data", _folder, "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        var said = Assert.Single(result.Single().GetProperty("problems").EnumerateArray()).GetString();
        Assert.StartsWith($"{Journal} holds no runs: {problem}", said, StringComparison.Ordinal);
    }

    // A first writer was killed, or is at work: its file has no table yet, or not the one of events.
    [Theory]
    [InlineData("empty")]
    [InlineData("no table")]
    [InlineData("snapshots")]
    public async Task ReadingCommand_WriterDidNotComeToTheTable_FindsNoRuns(string kind)
    {
        Make(kind);

        var runs = await App.RunAsync("runs", "--data", _folder, "--json");
        var disk = await App.RunAsync("disk", "--data", _folder, "--json");
        var doctor = await App.RunAsync("doctor", "--data", _folder, "--json");
        string[][] ofARun =
        [
            ["show", "latest"], ["events", "x"], ["audit", "latest"], ["fork", "x", "--at", "0"], ["runs", "delete", "x"],
            ["train", "--resume", "latest"],
        ];
        foreach (var command in ofARun)
        {
            var result = await App.RunAsync([.. command, "--data", _folder]);

            Assert.Equal((ExitCode.NotFound, ""), (result.Code, result.Out));
            Assert.StartsWith("there is no run '", result.Error, StringComparison.Ordinal);
        }

        Assert.Equal((ExitCode.Done, "", ""), (runs.Code, runs.Out, runs.Error));
        Assert.Equal((ExitCode.Done, ""), (disk.Code, disk.Error));
        Assert.Empty(doctor.Single().GetProperty("problems").EnumerateArray());
    }

    void Make(string kind)
    {
        if (kind is "text" or "empty")
        {
            File.WriteAllText(Journal, kind is "text" ? new string('x', 5000) : "");
            return;
        }
        using var connection = new SqliteConnection($"Data Source={Journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = kind switch
        {
            "other table" => "CREATE TABLE diary (day TEXT)",
            "other columns" => "CREATE TABLE journal (day TEXT)",
            "no table" => "PRAGMA journal_mode = wal",
            _ => "CREATE TABLE snapshot (persistence_id TEXT)",
        };
        command.ExecuteNonQuery();
    }
}
