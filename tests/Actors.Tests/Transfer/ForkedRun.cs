using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Journal;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Transfer;

/// <summary>Writes the beginning of a fork through the real journal: linked to its parent's event, with the parent's recipe.</summary>
static class ForkedRun
{
    /// <param name="directory">A data directory with the parent.</param>
    /// <param name="parent">The parent.</param>
    /// <param name="fork">Id of the fork.</param>
    /// <param name="more">Events after the first.</param>
    internal static async Task WriteAsync(string directory, string parent, string fork, params IEvent[] more)
    {
        RunStarted started;
        using (var data = DataDirectory.OpenForReading(directory))
        {
            var run = new RunReader(data.Store).Open(parent);
            var past = run.Training().Where(read => read.Stream == run.Id.TrainingStream).Take(5).ToArray();
            var first = (RunStarted)past[0].Event;
            started = first with
            {
                Parent = new ForkPoint(parent, 0, new StreamHead(past[^1].Sequence, past[^1].Hash), first.Identity, default),
            };
        }
        await using var host = await JournalHost.StartAsync(Path.Combine(directory, DataDirectory.JournalName));
        var writer = host.System.ActorOf(Props.Create(() => new Writer(RunId.Parse(fork).TrainingStream)));
        await writer.Ask<Status.Success>(new Write([started, .. more]), TimeSpan.FromSeconds(20));
    }

    sealed record Write(IReadOnlyList<IEvent> Events);

    sealed class Writer : EventSourcedActor
    {
        public Writer(string stream) : base(stream, EventCatalogue.Known, TimeProvider.System) =>
            Command<Write>(write =>
                PersistEvents([.. write.Events.Select(fact => new TimedEvent(fact))], () => Sender.Tell(new Status.Success(null!))));

        protected override void Apply(IEvent fact, long sequence) { }

        protected override ContentHash Origin(IEvent first) => ((RunStarted)first).Parent!.At.Hash;
    }
}
