using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>What is found without a known head, because something else in the data directory still tells.</summary>
public sealed class EvidenceTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    static readonly string s_training = TrainedRun.Id.TrainingStream, s_evaluations = TrainedRun.Id.EvaluationStream;

    [Fact]
    public void Audit_TailOfACompletedRunCutAnywhere_IsTruncatedThere()
    {
        using var copy = trained.Copy();
        for (var sequence = trained.Head.Sequence; sequence > 1; sequence--)
        {
            copy.CutFrom(s_training, sequence);
            Assert.Equal((s_training, sequence, AuditFindingKind.Truncated), Found(copy));
        }
    }

    [Fact]
    public void Audit_EndNotYetWrittenWhileAWriterIsAtWork_RaisesNoAlarm()
    {
        using var copy = trained.Copy();
        copy.CutFrom(s_training, trained.Head.Sequence);

        Assert.Null(RunAudit.Of(copy.Data.Store, TrainedRun.Id, beingWritten: true).FirstBad);
    }

    [Fact]
    public void Audit_TailOfTheEvaluationsCutAnywhere_IsTruncatedThere()
    {
        using var copy = trained.Copy();
        for (var sequence = copy.Evaluations().Length; sequence > 0; sequence--)
        {
            // Nothing tells how many evaluators judged the first rollout.
            if (sequence is > 4 and <= 7) continue;
            copy.CutFrom(s_evaluations, sequence);
            Assert.Equal((s_evaluations, sequence, AuditFindingKind.Truncated), Found(copy));
        }
    }

    [Fact]
    public void Audit_PastWrittenAnewThatFitsItself_IsContradictedByTheFirstEvaluationAfterIt()
    {
        using var copy = trained.Copy();
        var model = copy.Training().First(read => read.Event is RewardModelTrained);
        copy.Reseal(s_training, fact => fact, model.Sequence, fact => (RewardModelTrained)fact with { TrainingLoss = 0 });

        Assert.Equal(
            (s_training, ((RolloutCollected)copy.Evaluations()[0].Event).Source!.Value.Sequence, AuditFindingKind.Altered),
            Found(copy));
    }

    [Fact]
    public void Audit_EvaluationThatNamesAnotherHead_IsBlamedWhereALaterOneAgreesWithTheTraining()
    {
        using var copy = trained.Copy();
        var batch = copy.Evaluations().Where(read => read.Event is RolloutCollected).ElementAt(1);
        copy.Reseal(s_evaluations, fact => fact, batch.Sequence, fact => (RolloutCollected)fact with
        {
            Source = ((RolloutCollected)fact).Source!.Value with { Hash = ContentHash.Of([1]) },
        });

        Assert.Equal((s_evaluations, batch.Sequence, AuditFindingKind.Altered), Found(copy));
    }

    [Fact]
    public void Audit_OtherHeadThanTheKnownOne_IsAlteredThere()
    {
        using var copy = trained.Copy();

        Assert.Equal((s_training, 5, AuditFindingKind.Altered), Found(copy, new StreamHead(5, ContentHash.Of([1]))));
        Assert.Equal(
            (s_training, trained.Head.Sequence + 1, AuditFindingKind.Truncated),
            Found(copy, trained.Head with { Sequence = trained.Head.Sequence + 3 }));
    }

    [Fact]
    public void Audit_EvaluatorsEventTakenOut_IsMissing()
    {
        using var copy = trained.Copy();
        var events = copy.Evaluations();
        var out_ = events.Where(read => read.Event is EvaluationCompleted { Evaluator: "refusal" }).ElementAt(1);
        copy.CutFrom(s_evaluations, out_.Sequence);
        copy.Append(
            s_evaluations, out_.Stored.PreviousHash, out_.Sequence - 1, out_.Stored.Envelope,
            events.Where(read => read.Sequence > out_.Sequence).Select(read => read.Event));

        var next = copy.Evaluations().First(read => read.Sequence >= out_.Sequence && read.Event is RolloutCollected);
        Assert.Equal((s_evaluations, next.Sequence, AuditFindingKind.Missing), Found(copy));
    }

    [Fact]
    public void Audit_FileGoneWithoutAnEventThatSaysSo_IsNamedByItsFirstEvent()
    {
        using var copy = trained.Copy();
        var checkpoint = copy.Training().Last(one => one.Event is CheckpointSaved);
        var collected = copy.Training().First(one => one.Event is RolloutCollected);
        foreach (var read in (ReadEvent[])[checkpoint, collected])
        {
            copy.Data.Artefacts.Remove(
                read.Event is CheckpointSaved saved ? saved.Files[^1].Hash : ((RolloutCollected)read.Event).Artefact);
            Assert.Equal((s_training, read.Sequence, AuditFindingKind.Artefact), Found(copy));
        }
    }

    [Fact]
    public void Audit_RemovalOfWhatIsNeverRemoved_IsAltered()
    {
        using var copy = trained.Copy();
        var (end, rollout) = (copy.Training()[^1], (RolloutCollected)copy.Training().First(read => read.Event is RolloutCollected).Event);
        copy.Delete(s_training, end.Sequence);
        copy.Append(
            s_training, end.Stored.PreviousHash, end.Sequence - 1, end.Stored.Envelope,
            [new ArtefactRemoved(rollout.Artefact, "room was needed"), end.Event]);

        Assert.Equal((s_training, end.Sequence, AuditFindingKind.Altered), Found(copy));
    }

    [Fact]
    public void Audit_ArtefactOfAnotherForm_IsArithmetic()
    {
        using var copy = trained.Copy();
        var rollout = copy.Training().First(read => read.Event is RolloutCollected);
        copy.Lie(rollout, (RolloutCollected fact) => fact with { Artefact = copy.Put("{\"promptId\":\"x\"}\n"u8.ToArray()) });

        Assert.Equal((s_training, rollout.Sequence, AuditFindingKind.Arithmetic), Found(copy));
    }

    [Fact]
    public void Audit_SealedBytesThatAreNoEvent_AreAltered()
    {
        using var copy = trained.Copy();
        var last = copy.Training()[^1];
        byte[] payload = [0xc0];
        var (manifest, envelope, previous) = (last.Manifest, last.Stored.Envelope, last.Stored.PreviousHash);
        var hash = EventChain.Hash(s_training, last.Sequence, manifest, envelope, payload, previous);
        var stored = new StoredEvent(manifest, envelope, payload, previous, hash);
        copy.SetMessage(s_training, last.Sequence, stored.ToBytes());

        Assert.Equal((s_training, last.Sequence, AuditFindingKind.Altered), Found(copy));
    }

    static (string?, long?, AuditFindingKind?) Found(Forgery copy, StreamHead? known = null)
    {
        var found = copy.Audit(known).FirstBad;
        return (found?.Stream, found?.Sequence, found?.Kind);
    }
}
