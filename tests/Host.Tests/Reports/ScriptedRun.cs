using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorRlhf.Host.Tests.Reports;

/// <summary>A run whose events are written by a script, at the times that the script says, through the real journal.</summary>
sealed class ScriptedRun : IAsyncDisposable
{
    static readonly DateTimeOffset s_began = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly RunId s_id = RunId.Parse("scripted");
    static int s_writers;

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-scripted-").FullName;
    readonly IHost _host;
    readonly ScriptTime _time = new();

    ScriptedRun()
    {
        Data = DataDirectory.OpenForWriting(_folder, TimeProvider.System);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("scripted", (akka, _) => akka
            .AddHocon("akka { loglevel = OFF, stdout-loglevel = OFF }", HoconAddMode.Prepend) // Akka talks on stdout, which tests catch
            .WithJournal(JournalSettings.Sqlite(Data.JournalFile)));
        _host = builder.Build();
    }

    public DataDirectory Data { get; }

    public RunRecord Record => new RunReader(Data.Store).Read(s_id);

    public static async Task<ScriptedRun> BeginAsync()
    {
        var run = new ScriptedRun();
        await run._host.StartAsync();
        return run;
    }

    /// <summary>The first event of a run of a recipe.</summary>
    public static RunStarted Started(Recipe recipe) =>
        new(
            recipe.ToYaml(), ContentHash.Parse(recipe.Hash()), ContentHash.Parse(RecipeIdentity.Hash(recipe)),
            recipe.Seed, 1, "build", "cpu", 1, [], null);

    /// <summary>Writes events of the training stream as one writer.</summary>
    public Task TrainAsync(params (double Second, IEvent Fact, double? Duration)[] events) => WriteAsync(s_id.TrainingStream, events);

    /// <summary>The same for a run beside the scripted one.</summary>
    public Task TrainAsync(RunId run, params (double Second, IEvent Fact, double? Duration)[] events) =>
        WriteAsync(run.TrainingStream, events);

    /// <summary>Writes events of the evaluation stream as one writer.</summary>
    public Task EvaluateAsync(params (double Second, IEvent Fact, double? Duration)[] events) => WriteAsync(s_id.EvaluationStream, events);

    /// <summary>Writes both streams of a run beside the scripted one, all in its first second.</summary>
    public async Task WriteAsync(string run, IEvent[] training, IEvent[] evaluations)
    {
        await WriteAsync(RunId.Parse(run).TrainingStream, [.. training.Select(fact => (0.0, fact, (double?)null))]);
        await WriteAsync(RunId.Parse(run).EvaluationStream, [.. evaluations.Select(fact => (0.0, fact, (double?)null))]);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    async Task WriteAsync(string stream, (double Second, IEvent Fact, double? Duration)[] events)
    {
        var system = _host.Services.GetRequiredService<ActorSystem>();
        var writer = system.ActorOf(Props.Create(() => new Writer(stream, _time)), $"writer-{Interlocked.Increment(ref s_writers)}");
        foreach (var (second, fact, duration) in events)
        {
            _time.Now = s_began.AddSeconds(second);
            await writer.Ask<Status.Success>(new TimedEvent(fact, duration is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
        }
        await writer.GracefulStop(TimeSpan.FromSeconds(30));
    }

    sealed class ScriptTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    sealed class Writer : EventSourcedActor
    {
        public Writer(string stream, TimeProvider time) : base(stream, EventCatalogue.Known, time) =>
            Command<TimedEvent>(timed => PersistEvents([timed], () => Sender.Tell(new Status.Success(null!))));

        protected override void Apply(IEvent fact, long sequence) { }

        protected override ContentHash? TrajectorySeed(IEvent fact) => (fact as RunStarted)?.Identity;
    }
}
