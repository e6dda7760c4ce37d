using System.Globalization;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Crash;

/// <summary>A host that is killed and started again while others ask it.</summary>
sealed class SoakHost(string data) : IDisposable
{
    const int Kill = 9, Killed = 128 + Kill;
    static readonly TimeSpan s_start = TimeSpan.FromMinutes(2);        // only one that hangs takes as long

    TrainProcess? _process;
    Task<TrainProcess.Result>? _end;
    volatile TaskCompletionSource<HttpClient> _up = New();

    /// <summary>A client of the host that is up; while none is, of the next.</summary>
    public Task<HttpClient> Up => _up.Task;

    /// <summary>How often it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>What it has taken of the machine since it was started, one line a look.</summary>
    public List<ProcessUse> Use { get; } = [];

    public async Task StartAsync()
    {
        Use.Clear();
        _process = TrainProcess.Serve("--data", data, "--urls", "http://127.0.0.1:0");
        var client = await Served.ClientAsync(_process, data).WaitAsync(s_start);
        _end = _process.EndAsync();                   // reads what it says, or it would wait for somebody who does
        _up.SetResult(client);
    }

    public async Task KillAndStartAsync()
    {
        var old = await Up;
        _up = New();
        _process!.Signal(Kill);
        Assert.Equal(Killed, (await _end!).Code);
        Kills++;
        old.Dispose();
        _process.Dispose();
        await StartAsync();
    }

    /// <summary>Asks it to end; gives what it printed.</summary>
    public async Task<TrainProcess.Result> StopAsync()
    {
        _process!.Signal(TrainProcess.Terminate);
        var result = await _end!;
        Assert.Equal(0, result.Code);
        return result;
    }

    /// <summary>Writes down what it takes now.</summary>
    public void Look() => Use.Add(ProcessUse.Of(_process!.Id));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"killed {Kills} times");

    public void Dispose() => _process?.Dispose();

    static TaskCompletionSource<HttpClient> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
