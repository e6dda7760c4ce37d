using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Witnessing;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// A head of a training stream that was written down elsewhere, by which a tail is found that was cut off or written anew.
/// </summary>
/// <param name="Who">Where it is written.</param>
/// <param name="Said">The event of the run's evaluation stream that names it; null for a witness outside the run.</param>
sealed record Witness(StreamHead Head, string Who, ReadEvent? Said = null)
{
    /// <summary>The heads that the events of an evaluation stream name as what they looked at.</summary>
    public static IEnumerable<Witness> In(IEnumerable<ReadEvent> evaluations) =>
        from read in evaluations
        where EvaluationSource.Of(read.Event) is not null
        select new Witness(EvaluationSource.Of(read.Event)!.Value, $"event {read.Sequence} of the evaluation stream", read);

    /// <summary>The heads at which other runs of the journal left a stream.</summary>
    public static IEnumerable<Witness> Forks(JournalReader journal, RunId run) =>
        from fork in Lineage.ForksOf(journal, run)
        select new Witness(fork.Left.At, $"the fork {fork.Fork.TrainingStream}");

    /// <summary>The heads that a file outside the data directory has of a run.</summary>
    /// <param name="file">The file; null for none.</param>
    /// <param name="run">The run.</param>
    /// <param name="until">The last event that matters: of a fork's parent the one where the fork left it.</param>
    public static IEnumerable<Witness> In(WitnessFile? file, RunId run, long until = long.MaxValue) =>
        file?.Of(run, until).Select(line => new Witness(line.Head, line.Where)) ?? [];

    /// <summary>What contradicts a stream whose own chain holds.</summary>
    /// <param name="stream">Its id.</param>
    /// <param name="hashes">The hashes of its events at the places that witnesses name, as far as it goes.</param>
    /// <param name="last">Its last sequence number; the largest number where nobody knows because its chain breaks.</param>
    /// <param name="witnesses">Who knows of it.</param>
    public static IEnumerable<AuditFinding> Contradictions(
        string stream, IReadOnlyDictionary<long, StreamHead> hashes, long last, IReadOnlyList<Witness> witnesses)
    {
        // Whoever is right about an event is right about all before it, so an evaluation that contradicts one of those was itself altered.
        var vouched = witnesses.Where(witness => hashes.TryGetValue(witness.Head.Sequence, out var found) && found == witness.Head)
            .Select(witness => witness.Head.Sequence).DefaultIfEmpty(0).Max();
        foreach (var (head, who, said) in witnesses.OrderBy(witness => witness.Head.Sequence))
        {
            if (head.Sequence > last)
                yield return new AuditFinding(stream, last + 1, AuditFindingKind.Truncated, $"the stream ends here, {who} names {head}");
            else if (hashes.TryGetValue(head.Sequence, out var found) && found != head)
                yield return said is not null && head.Sequence <= vouched
                    ? AuditFinding.At(said, AuditFindingKind.Altered,
                        $"it names {head}, the training stream has {found}, and a later head agrees with that")
                    : new AuditFinding(stream, head.Sequence, AuditFindingKind.Altered,
                        $"its hash is {found.Hash}, {who} says {head.Hash}: it, or something before it, was written anew");
        }
    }
}
