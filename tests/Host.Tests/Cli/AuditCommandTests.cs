using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class AuditCommandTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-audit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(TrainedRuns.Done)]
    [InlineData(TrainedRuns.Stopped)]
    public async Task Audit_RunAsItWasTrained_IsWellInTheShapeOfTheContract(string run)
    {
        var head = (await App.RunAsync("show", run, "--data", runs.Data, "--json")).Single().GetProperty("head").GetString()!;

        var result = await App.RunAsync("audit", run, "--head", head, "--data", runs.Data, "--json");

        Assert.Equal((ExitCode.Done, ""), (result.Code, result.Error));
        var report = result.Single();
        Assert.Equal(["ok", "events", "artefacts", "recomputed", "head", "firstBad"], report.Names());
        Assert.True(report.GetProperty("ok").GetBoolean());
        Assert.InRange(report.GetProperty("events").GetInt32(), 20, int.MaxValue);
        Assert.InRange(report.GetProperty("artefacts").GetInt32(), 10, int.MaxValue);
        Assert.Empty(report.GetProperty("recomputed").EnumerateArray());
        Assert.Equal(head, report.GetProperty("head").GetString());
        Assert.Equal("null", report.GetProperty("firstBad").GetRawText());
    }

    [Fact]
    public async Task Audit_EventAltered_NamesItAndEndsWithOne()
    {
        Tamper("UPDATE journal SET message = x'00' WHERE persistence_id = 'run-stopped-2' AND sequence_number = 3");

        var result = await App.RunAsync("audit", TrainedRuns.Stopped, "--data", _folder, "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.False(result.Single().GetProperty("ok").GetBoolean());
        var bad = result.Single().GetProperty("firstBad");
        Assert.Equal(["stream", "sequence", "kind", "detail"], bad.Names());
        Assert.Equal(
            ("run-stopped-2", 3, "altered"),
            (bad.GetProperty("stream").GetString(), bad.GetProperty("sequence").GetInt32(), bad.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Audit_Witness_AgreesOrIsContradictedOrCannotBeRead()
    {
        var head = (await App.RunAsync("show", TrainedRuns.Done, "--data", runs.Data, "--json"))
            .Single().GetProperty("head").GetString()!.Split(':');
        var witness = Path.Combine(_folder, "witness.jsonl");
        Task<App.Result> AuditAsync() => App.RunAsync("audit", TrainedRuns.Done, "--witness", witness, "--data", runs.Data, "--json");

        Assert.Equal(ExitCode.Usage, (await AuditAsync()).Code);
        var line = $$"""{"run":"{{TrainedRuns.Done}}","sequence":{{head[0]}},"hash":"{{head[1]}}","time":"2026-11-23T12:00:00+00:00"}""";
        await File.WriteAllTextAsync(witness, line + "\n");
        Assert.Equal((ExitCode.Done, ""), ((await AuditAsync()).Code, (await AuditAsync()).Error));
        await File.WriteAllTextAsync(witness, line.Replace(head[1], new string('0', 63) + "1", StringComparison.Ordinal) + "\n");
        Assert.Equal("altered", (await AuditAsync()).Single().GetProperty("firstBad").GetProperty("kind").GetString());
        await File.WriteAllTextAsync(witness, line + "\nnothing\n");
        var damaged = await AuditAsync();
        Assert.Equal(ExitCode.Failed, damaged.Code);
        Assert.Contains($"line 2 of the witness {witness} is damaged", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_RecomputeOfAnAlteredLog_SaysThatItWasSkipped()
    {
        Tamper("UPDATE journal SET message = x'00' WHERE persistence_id = 'run-stopped-2' AND sequence_number = 3");

        var result = await App.RunAsync("audit", TrainedRuns.Stopped, "--recompute", "1", "--data", _folder, "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Empty(result.Single().GetProperty("recomputed").EnumerateArray());
        Assert.Contains("no step was executed again, because the log already has a fault", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_TailCutOff_IsFoundByTheKnownHead()
    {
        var head = (await App.RunAsync("show", TrainedRuns.Stopped, "--data", runs.Data, "--json"))
            .Single().GetProperty("head").GetString()!;
        var last = head[..head.IndexOf(':', StringComparison.Ordinal)];
        Tamper($"DELETE FROM journal WHERE persistence_id = 'run-stopped-2' AND sequence_number = {last}");

        var result = await App.RunAsync("audit", TrainedRuns.Stopped, "--data", _folder, "--head", head);

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains($"truncated at run-stopped-2 {last}", result.Out, StringComparison.Ordinal);
        Assert.Contains(head, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_TailCutOff_IsFoundByTheHeadThatAnExportPrinted()
    {
        var export = await App.RunAsync(
            "export", TrainedRuns.Stopped,
            "-o", Path.Combine(_folder, "run.tar"), "--data", runs.Data, "--json");
        var head = export.Single().GetProperty("heads").GetProperty(TrainedRuns.Stopped).GetString()!;
        Tamper("DELETE FROM journal WHERE persistence_id = 'run-stopped-2' AND sequence_number >= 7");

        var result = await App.RunAsync("audit", TrainedRuns.Stopped, "--data", _folder, "--head", head, "--json");

        var bad = result.Single().GetProperty("firstBad");
        Assert.Equal(
            ("run-stopped-2", 7, "truncated"),
            (bad.GetProperty("stream").GetString(), bad.GetProperty("sequence").GetInt32(), bad.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Audit_WholeTrainingStreamGone_IsTruncatedAtItsBeginning()
    {
        Tamper("DELETE FROM journal WHERE persistence_id = 'run-stopped-2'");

        var bad = (await App.RunAsync("audit", TrainedRuns.Stopped, "--data", _folder, "--json")).Single().GetProperty("firstBad");

        Assert.Equal(
            ("run-stopped-2", 1, "truncated"),
            (bad.GetProperty("stream").GetString(), bad.GetProperty("sequence").GetInt32(), bad.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Audit_Table_SaysWhatWasCheckedAndTheVerdict()
    {
        var result = await App.RunAsync("audit", TrainedRuns.Done, "--data", runs.Data);

        Assert.Equal((ExitCode.Done, ""), (result.Code, result.Error));
        string[] expected =
            ["run-done-1", "run-done-1-evaluations", "6 steps and 3 held-out evaluations computed again", "all is well"];
        Assert.All(expected, said => Assert.Contains(said, result.Out, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("12")]
    [InlineData("x:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("12:abc")]
    public async Task Audit_MalformedHead_IsUsage(string head)
    {
        var result = await App.RunAsync("audit", TrainedRuns.Done, "--data", runs.Data, "--head", head);

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains($"--head: '{head}' is not a head: expected SEQUENCE:HASH", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--recompute", "1..2", "--tolerance", "-1")]
    [InlineData("--recompute", "x", "--tolerance", "0.1")]
    [InlineData("--tolerance", "0.1")]
    [InlineData("--accept-build")]
    public async Task Audit_OptionsThatDoNotFit_AreUsage(params string[] options)
    {
        var result = await App.RunAsync(["audit", TrainedRuns.Done, "--data", runs.Data, .. options]);

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
    }

    [Theory]
    [InlineData(ExitCode.Usage, "--recompute: '5..3' ends before it begins; did you mean 3..5?", "5..3")]
    [InlineData(ExitCode.NotFound, "expected 1 to 6", "7..999")]
    [InlineData(ExitCode.Done, "run done-1 has steps 1 to 6; 6..999 is cut to these", "6..999")]
    public async Task Audit_RangeOfOtherSteps_NamesWhatTheRunHas(int code, string said, string range)
    {
        var result = await App.RunAsync("audit", TrainedRuns.Done, "--recompute", range, "--data", runs.Data, "--json");

        Assert.Equal(code, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_UnknownRun_IsNotFound() =>
        Assert.Equal(ExitCode.NotFound, (await App.RunAsync("audit", "nobody", "--data", runs.Data)).Code);

    void Tamper(string sql)
    {
        runs.CopyTampered(_folder, sql);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "artefacts"), Path.Combine(runs.Data, "artefacts"));
    }
}
