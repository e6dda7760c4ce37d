using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorRlhf.Crash;

/// <summary>What <c>dotnet publish</c> makes is all that a machine needs besides the runtime.</summary>
[Trait("Category", "Crash")]
[Trait("Category", "Nightly")]
public sealed partial class PublishedFolderTests : IDisposable
{
    const int Terminate = 15;
    const string Listening = "listening at ";
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-published-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Serve_PublishedFolderInAnEmptyDirectory_IsReadyTrainsAndStops()
    {
        var (published, empty) = (Path.Combine(_folder, "actorrlhf"), Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName);
        var project = Path.Combine(SourceFolder(), "Host.csproj");
        Assert.Equal(0, (await RunAsync("dotnet", _folder, "publish", "-c", "Release", project, "-o", published)).Code);
        var program = Path.Combine(published, "actorrlhf");

        var trained = await RunAsync(program, empty, "train", "pocket-tiny", "--set", "rl.steps=2", "--json");
        Assert.True(trained.Code == 0, trained.Said);

        using var host = Start(program, empty, "serve", "--urls", "http://127.0.0.1:0");
        string? line;
        do line = await host.StandardError.ReadLineAsync();
        while (line?.StartsWith(Listening, StringComparison.Ordinal) is false);
        Assert.NotNull(line);
        using var client = new HttpClient();
        var live = await client.GetStringAsync(new Uri(new Uri(line[Listening.Length..line.IndexOf(',')]), "/health/live"));
        Assert.Contains("live", live);
        Kill(host.Id, Terminate);
        _ = await host.StandardError.ReadToEndAsync();
        await host.WaitForExitAsync();
        Assert.Equal(0, host.ExitCode);
        Assert.Equal([Path.Combine(empty, "data")], Directory.GetFileSystemEntries(empty));
    }

    static Process Start(string program, string folder, params string[] args) => Process.Start(new ProcessStartInfo(program, args)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    static async Task<(int Code, string Said)> RunAsync(string program, string folder, params string[] args)
    {
        using var process = Start(program, folder, args);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error, process.WaitForExitAsync());
        return (process.ExitCode, output.Result + error.Result);
    }

    static string SourceFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", "Host"));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
