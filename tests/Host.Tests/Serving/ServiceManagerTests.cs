using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Host.Tests.Serving;

/// <summary>What systemd hears of a host that it started, and what it says of the unit that starts it.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);   // only a host that hangs gets there
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-manager-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Serve_UnderANotifySocket_SaysThatItIsReadyAliveAndStopping()
    {
        var path = Path.Combine(_folder, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "200000" };

        using var process = TrainProcess.Serve(environment, "--data", Path.Combine(_folder, "data"), "--urls", "http://127.0.0.1:0");

        Assert.Equal(["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"],
            [await HearAsync(manager), await HearAsync(manager), await HearAsync(manager), await HearAsync(manager)]);
        process.Signal(TrainProcess.Terminate);
        string heard;
        do heard = await HearAsync(manager);
        while (heard == "WATCHDOG=1");
        Assert.Equal("STOPPING=1", heard);
        Assert.Equal(0, (await process.EndAsync()).Code);
    }

    [SkippableFact("systemd-analyze")]
    public async Task Unit_SystemdVerifiesIt_HasNothingToSay()
    {
        var unit = await File.ReadAllTextAsync(Path.Combine(DeployFolder(), "actorrlhf.service"));
        Assert.Contains("ExecStart=/opt/actorrlhf/actorrlhf serve ", unit);
        var copy = Path.Combine(_folder, "actorrlhf.service");
        // What is not installed cannot be started: another program stands for it.
        await File.WriteAllTextAsync(copy, unit.Replace("/opt/actorrlhf/actorrlhf ", "/bin/true ", StringComparison.Ordinal));

        var (code, said) = await VerifyAsync(copy);

        Assert.True(code == 0 && !said.Contains(copy, StringComparison.Ordinal), said);
        await File.WriteAllTextAsync(copy, unit.Replace("Type=notify", "Type=notfy", StringComparison.Ordinal));
        Assert.Contains("notfy", (await VerifyAsync(copy)).Said, StringComparison.Ordinal);
    }

    static async Task<string> HearAsync(Socket manager)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await manager.ReceiveAsync(buffer, patience.Token));
    }

    static async Task<(int Code, string Said)> VerifyAsync(string unit)
    {
        using var process = Process.Start(
            new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", unit]) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    static string DeployFolder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "config", "deploy");

    /// <summary>A fact that is skipped, with a reason, where a program is not there.</summary>
    sealed class SkippableFactAttribute : FactAttribute
    {
        public SkippableFactAttribute(string program)
        {
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))))
                Skip = $"{program} is not installed";
        }
    }
}
