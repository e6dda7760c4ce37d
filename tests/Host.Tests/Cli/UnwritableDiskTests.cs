using System.Diagnostics;
using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>
/// <c>train</c> on a disk that cannot be written, or no longer: really,
/// in a mount namespace of its own, so that nobody else sees the disk.
/// </summary>
[Trait("Category", "Integration")]
public sealed class UnwritableDiskTests : IDisposable
{
    static readonly Lazy<Task<(string, string)>> s_sound = new(async () =>
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-disk-tests-").FullName;
        try { return Result((await TrainProcess.RunAsync("pocket-tiny", "--data", folder, "--json")).Out); }
        finally { Directory.Delete(folder, recursive: true); }
    });

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-disk-tests-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [MountsTheory]
    [InlineData("ro", "the file system is read-only")]            // nothing can be made
    [InlineData("size=100k", "KiB are free on its disk")]         // the journal cannot make its tables
    public async Task Train_DiskThatCannotBeWritten_EndsWithTheReason(string mount, string expected)
    {
        using var process = Start($"mount -t tmpfs -o {mount} tmpfs '{_folder}' && exec \"$@\"");
        var result = await process.EndAsync();

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Matches(expected, result.Error);
        Assert.Empty(result.Out);
        result.AssertClean();
    }

    [MountsTheory]
    [InlineData("64m", "600k", "paused: cannot write .*/artefacts.*: no space left on the disk. Free some space", "paused")]
    // Nor would it take that the run is paused.
    [InlineData("400k", "64m", "was cut off: the journal did not take event .*full'. Free space on the disk", "running")]
    public async Task Train_DiskIsFullAndThenIsNot_SaysSoAndGoesOnToTheSameEnd(
        string journal, string artefacts, string expected, string state)
    {
        var (first, show, program) = (Path.Combine(_folder, "first"), Path.Combine(_folder, "show"), $"dotnet '{TrainProcess.Program}'");
        using var process = Start($"""
            mkdir '{Data}' && mount -t tmpfs -o size={journal} tmpfs '{Data}'
            mkdir '{Data}/artefacts' && mount -t tmpfs -o size={artefacts} tmpfs '{Data}/artefacts'
            "$@" >'{first}.out' 2>'{first}.err'; echo $? >'{first}.code'
            {program} show latest --data '{Data}' --json >'{show}.out'
            mount -o remount,size=64m '{Data}'; mount -o remount,size=64m '{Data}/artefacts'
            exec {program} train --resume latest --data '{Data}' --json
            """);
        var resumed = await process.EndAsync();

        var full = new TrainProcess.Result(
            int.Parse(File.ReadAllText($"{first}.code")), File.ReadAllText($"{first}.out"),
            File.ReadAllText($"{first}.err"));
        using var shown = JsonDocument.Parse(File.ReadAllText($"{show}.out"));
        Assert.Equal((ExitCode.Failed, ""), (full.Code, full.Out));
        full.AssertClean();
        Assert.Matches(expected, full.Error);
        var run = shown.RootElement.GetProperty("run").GetString();
        Assert.Contains($"to go on when that is mended: actorrlhf train --resume {run} --data {Data}", full.Error);
        Assert.Equal(state, shown.RootElement.GetProperty("state").GetString());
        Assert.Equal(ExitCode.Done, resumed.Code);
        resumed.AssertClean();
        Assert.Equal(await s_sound.Value, Result(resumed.Out));
    }

    TrainProcess Start(string script) =>
        TrainProcess.StartUnder("unshare", ["-rm", "sh", "-c", script, "sh"], "pocket-tiny", "--data", Data, "--json");

    static (string, string) Result(string json)
    {
        using var document = JsonDocument.Parse(json);
        return (document.RootElement.GetProperty("trajectory").GetString()!, document.RootElement.GetProperty("weights").GetString()!);
    }

    /// <summary>A test that is skipped where nobody may mount a disk in a namespace of their own.</summary>
    sealed class MountsTheoryAttribute : TheoryAttribute
    {
        static readonly Lazy<bool> s_can = new(() =>
        {
            try
            {
                string[] mount = ["-rm", "mount", "-t", "tmpfs", "tmpfs", Path.GetTempPath()];
                using var process = Process.Start(new ProcessStartInfo("unshare", mount) { RedirectStandardError = true })!;
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception) { return false; }
        });

        public MountsTheoryAttribute()
        {
            if (!s_can.Value) Skip = "this machine lets nobody mount a disk in a namespace of their own (unshare -rm)";
        }
    }
}
