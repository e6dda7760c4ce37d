using System.Text.Json;
using System.Text.Json.Serialization;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Tests.Journal;
using Akka.Actor;
using Akka.Persistence;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>The whole log of a run that was trained once: both streams with envelopes and hashes, and what they came to.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Head">Of the training stream.</param>
/// <param name="EvaluationHead">Of the evaluation stream.</param>
/// <param name="Trajectory">Digest of what made the weights.</param>
/// <param name="StateHash">SHA-256 of the canonical final state.</param>
/// <param name="Metrics">Of the last step, joined by those of its evaluation.</param>
/// <param name="Training">The training stream.</param>
/// <param name="Evaluations">The evaluation stream.</param>
sealed record GoldenRun(
    string Run, string Head, string EvaluationHead, ContentHash Trajectory, ContentHash StateHash,
    IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<GoldenRun.Event> Training, IReadOnlyList<GoldenRun.Event> Evaluations)
{
    static readonly JsonSerializerOptions s_format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>One stored event; bytes in base 64.</summary>
    internal sealed record Event(string Manifest, byte[] Envelope, byte[] Payload, ContentHash PreviousHash, ContentHash Hash)
    {
        internal static Event Of(ReadEvent read) =>
            new(read.Manifest, read.Stored.Envelope, read.Stored.Payload, read.Stored.PreviousHash, read.Stored.Hash);
    }

    internal static GoldenRun Read(string name) =>
        JsonSerializer.Deserialize<GoldenRun>(File.ReadAllBytes(GoldenFolder.Of(name)), s_format)!;

    internal byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, s_format), (byte)'\n'];

    /// <summary>What a run's log holds now.</summary>
    internal static GoldenRun Of(RunStreams streams)
    {
        var replay = RunReplay.Of(streams);
        var evaluations = streams.Evaluations().ToList();
        return new GoldenRun(
            streams.Run.Value, replay.Head.ToString(), new StreamHead(evaluations[^1].Sequence, evaluations[^1].Hash).ToString(),
            replay.Trajectory, replay.State.Hash(), replay.LastMetrics!.Values,
            [.. streams.Training().Select(Event.Of)], [.. evaluations.Select(Event.Of)]);
    }

    /// <summary>Puts the log into an empty data directory, through the journal, with the bytes that it has.</summary>
    internal async Task<RunReader> RestoreAsync()
    {
        var directory = Temporary.NewDirectory();
        var data = DataDirectory.OpenForReading(await StoreAsync(directory));
        return new RunReader(data.Store);
    }

    async Task<string> StoreAsync(string directory)
    {
        await using var host = await JournalHost.StartAsync(Path.Combine(directory, DataDirectory.JournalName));
        var id = RunId.Parse(Run);
        foreach (var (stream, events) in new[] { (id.TrainingStream, Training), (id.EvaluationStream, Evaluations) })
        {
            StoredEvent[] stored =
                [.. events.Select(one => new StoredEvent(one.Manifest, one.Envelope, one.Payload, one.PreviousHash, one.Hash))];
            await host.System.ActorOf(Props.Create(() => new Writer(stream))).Ask<Status.Success>(stored);
        }
        return directory;
    }

    sealed class Writer : ReceivePersistentActor
    {
        public Writer(string stream)
        {
            PersistenceId = stream;
            Command<StoredEvent[]>(stored =>
            {
                var sender = Sender;
                PersistAll(stored, one => { if (LastSequenceNr == stored.Length) sender.Tell(new Status.Success(null!)); });
            });
        }

        public override string PersistenceId { get; }
    }
}
