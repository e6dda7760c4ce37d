using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>Moves a journal from one kind of database to the other, event by event as they are stored, so that every hash stays.</summary>
public static class Migration
{
    const int Told = 10_000;

    /// <summary>Moves everything, or nothing: what arrives is verified, compared with what was there, and only then in force.</summary>
    /// <param name="move">From where to where.</param>
    /// <param name="time">Clock of the rows.</param>
    /// <param name="tell">Told now and then how many events have arrived.</param>
    /// <returns>Each stream with its head, by its id.</returns>
    /// <exception cref="BrokenChainException">A chain does not hold: nothing was moved.</exception>
    /// <exception cref="UnreadableEventException">An event is damaged: nothing was moved.</exception>
    public static IReadOnlyList<(string Stream, StreamHead Head)> Run(JournalMove move, TimeProvider time, Action<long> tell)
    {
        var moved = new List<(string Stream, StreamHead Head)>();
        using (move.From.Hold())
        using (var transaction = move.Begin(time))
        {
            var events = 0L;
            foreach (var stream in move.From.Streams())
            {
                var check = new StreamCheck(stream);
                foreach (var row in move.From.Rows(stream, 0))
                {
                    check.Accept(row);
                    transaction.Append(stream, row);
                    if (++events % Told == 0) tell(events);
                }
                moved.Add((stream, check.Head));
            }
            transaction.Commit();
        }
        foreach (var (stream, head) in moved)
        {
            var arrived = new StreamCheck(stream);
            foreach (var row in move.To.Rows(stream, 0)) arrived.Accept(row);
            if (arrived.Head != head)
                throw new BrokenChainException(
                    stream, arrived.Head.Sequence, $"its head was {head} and is {arrived.Head} at {move.ToPlace}");
        }
        move.Finish();
        return moved;
    }
}
