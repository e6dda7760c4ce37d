using System.Threading.Channels;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Compute;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Runs on a real journal and real artefacts, as the host starts them, with children of the test's choice.</summary>
sealed class RunsHost : IAsyncDisposable
{
    /// <summary>Far more than any of these runs takes; only a run that hangs gets there.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly IHost _host;
    readonly ComputePool _pool;
    readonly DataDirectory _data;

    RunsHost(IHost host, ComputePool pool, DataDirectory data)
    {
        (_host, _pool, _data) = (host, pool, data);
        System = host.Services.GetRequiredService<ActorSystem>();
        Runs = host.Services.GetRequiredService<IRequiredActor<RunSupervisor>>().ActorRef;
    }

    internal ActorSystem System { get; }
    internal IActorRef Runs { get; }
    internal string Directory => _data.Path;
    internal string JournalFile => _data.JournalFile;
    internal DataDirectory Data => _data;

    internal static async Task<RunsHost> StartAsync(
        string? directory = null, Func<ComputePool, IRunChildrenFactory>? children = null, int threads = 2, TimeProvider? time = null,
        IJudges? judges = null, TimeSpan? evaluatorDeadline = null, Scheduling? scheduling = null)
    {
        var clock = time ?? TimeProvider.System;
        var data = DataDirectory.OpenForWriting(directory ?? Temporary.NewDirectory(), TimeProvider.System);
        var pool = new ComputePool(threads);
        var host = new HostBuilder()
            .ConfigureServices(services => services.AddAkka("test", akka => akka
                .WithJournal(data.Store.Settings)
                .AddHocon("akka.loglevel = ERROR, akka.stdout-loglevel = OFF, akka.loggers = []", HoconAddMode.Prepend)
                .WithRuns(
                    data.Store, children?.Invoke(pool) ?? new RunChildrenFactory(pool), judges ?? new BuiltInJudges(), clock,
                    evaluatorDeadline, scheduling)))
            .Build();
        await host.StartAsync();
        return new RunsHost(host, pool, data);
    }

    /// <summary>What a run tells from now on.</summary>
    internal ChannelReader<RunNews> News(RunId run)
    {
        var news = Channel.CreateUnbounded<RunNews>();
        var listener = System.ActorOf(Props.Create(() => new Listener(run, news.Writer)));
        System.EventStream.Subscribe(listener, typeof(RunNews));
        return news.Reader;
    }

    /// <summary>Trains a run to its end and reads it back from the journal.</summary>
    internal async Task<RunRecord> TrainAsync(string run, Recipe recipe, IWorld? world = null, RunFork? fork = null)
    {
        var id = RunId.Parse(run);
        var news = News(id);
        await LaunchAsync(run, recipe, world, fork);
        await news.NextAsync<RunEnded>();
        return Read(run);
    }

    internal async Task<RunView> LaunchAsync(string run, Recipe recipe, IWorld? world = null, RunFork? fork = null) =>
        await Runs.Ask<RunView>(Prepared(run, recipe, world, fork), Patience);

    /// <summary>A run of a recipe, prepared by the test: in a world of its choice, or as a fork.</summary>
    internal static PreparedRun Prepared(string run, Recipe recipe, IWorld? world = null, RunFork? fork = null) =>
        new(RunId.Parse(run), recipe, world ?? WorldFactory.Create(recipe), fork);

    /// <summary>Why a run is given up at once, which both whoever launches it and whoever looks on is told.</summary>
    internal async Task<string> RefusedAsync(string run, Recipe recipe)
    {
        var id = RunId.Parse(run);
        var news = News(id);
        var reply = await Runs.Ask<object>(Prepared(run, recipe), Patience);
        var lost = await news.NextAsync<RunLost>();
        Assert.Equal((new Rejected(id, lost.Reason), false), (reply, lost.CanGoOn));
        return lost.Reason;
    }

    /// <summary>Leaves a run after a step.</summary>
    internal Task<RunFork> LeaveAsync(RunRecord run, int step, Recipe recipe) =>
        RunFork.LeaveAsync(run, step, recipe, acceptBuild: false, _data.Artefacts, null, CancellationToken.None);

    internal Task<object> AskAsync(string run, RunCommand command) => Runs.Ask<object>(new ForRun(RunId.Parse(run), command), Patience);

    /// <summary>Puts a run into the queue, as <c>submit</c> does.</summary>
    internal RunRecord Queue(BeginRun wanted, int priority = 0) =>
        new RunQueue(_data.Store, TimeProvider.System).Add(wanted, "alice", priority);

    internal RunStreams Streams(string run) => new RunReader(_data.Store).Streams(RunId.Parse(run));

    internal RunRecord Read(string run) => new RunReader(_data.Store).Read(RunId.Parse(run));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _pool.Dispose();
        _data.Dispose();
    }

    sealed class Listener : ReceiveActor
    {
        public Listener(RunId run, ChannelWriter<RunNews> news) => Receive<RunNews>(item => item.Run == run, item => news.TryWrite(item));
    }
}

static class NewsReading
{
    /// <summary>The next news of a kind; a run that was lost fails the test.</summary>
    internal static async Task<T> NextAsync<T>(this ChannelReader<RunNews> news, Func<T, bool>? wanted = null) where T : RunNews
    {
        using var patience = new CancellationTokenSource(RunsHost.Patience);
        await foreach (var item in news.ReadAllAsync(patience.Token))
        {
            if (item is T found && (wanted?.Invoke(found) ?? true)) return found;
            if (item is RunLost lost) throw new InvalidOperationException($"run {lost.Run} was lost: {lost.Reason}");
        }
        throw new InvalidOperationException("the news ended");
    }
}
