using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>The real program as a process of its own: what was built beside this assembly.</summary>
sealed partial class TrainProcess : IDisposable
{
    public const int Interrupt = 2, Terminate = 15;
    readonly Process _process;
    readonly StringBuilder _error = new();

    TrainProcess(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        // A test may run where no terminal is, and must see what a pipe would.
        start.Environment.Remove("TERM");
        _process = Process.Start(start)!;
    }

    public sealed record Result(int Code, string Out, string Error)
    {
        /// <summary>What nobody may ever see in a terminal: a stack trace, or an escape sequence.</summary>
        public void AssertClean()
        {
            Assert.DoesNotContain("   at ", Out + Error);
            Assert.DoesNotContain('\e', Out + Error);
        }
    }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Path of the program.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "actorrlhf.dll");

    /// <summary>The command <c>fork</c>, to its end.</summary>
    public static Task<Result> RunForkAsync(params string[] args) => RunCommandAsync(new Dictionary<string, string>(), ["fork", .. args]);

    /// <summary>Any command, to its end.</summary>
    /// <param name="environment">Variables that it sees besides.</param>
    /// <param name="args">The command line.</param>
    public static async Task<Result> RunCommandAsync(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. args]);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = new TrainProcess(start);
        return await process.EndAsync();
    }

    /// <summary><c>train</c>.</summary>
    public static TrainProcess Start(params string[] args) => new(new ProcessStartInfo("dotnet", [Program, "train", .. args]));

    /// <summary>The same beneath another program, which gets its own arguments and then the command line.</summary>
    public static TrainProcess StartUnder(string program, string[] first, params string[] args) =>
        new(new ProcessStartInfo(program, [.. first, "dotnet", Program, "train", .. args]));

    public static async Task<Result> RunAsync(params string[] args)
    {
        using var process = Start(args);
        return await process.EndAsync();
    }

    /// <summary>The command <c>serve</c>.</summary>
    public static TrainProcess Serve(params string[] args) => Of("serve", args);

    /// <summary>Any command.</summary>
    public static TrainProcess Of(string command, params string[] args) =>
        new(new ProcessStartInfo("dotnet", [Program, command, .. args]));

    /// <summary>The same with variables of the environment besides.</summary>
    public static TrainProcess Serve(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "serve", .. args]);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new TrainProcess(start);
    }

    /// <summary>Waits for a line on stderr that begins so, and gives it.</summary>
    public async Task<string> WaitForAsync(string beginning) =>
        await FindAsync(beginning) ?? throw new InvalidOperationException($"no line began with '{beginning}': {_error}");

    /// <summary>The same; null where the process ends without one.</summary>
    public async Task<string?> FindAsync(string beginning)
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _error.AppendLine(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal)) return line;
        }
        return null;
    }

    public void Signal(int signal) => Kill(_process.Id, signal);

    public async Task<Result> EndAsync()
    {
        var (output, error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error, _process.WaitForExitAsync());
        return new Result(_process.ExitCode, output.Result, _error + error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
