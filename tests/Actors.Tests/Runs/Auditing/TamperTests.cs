using System.Globalization;
using System.Security.Cryptography;
using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Randomness;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>Logs that somebody changed in SQL or on disk, at places drawn from one seed: every one is found, with the right place and kind.</summary>
public sealed class TamperTests(TrainedRun trained, ITestOutputHelper output) : IClassFixture<TrainedRun>
{
    static readonly Action<Forgery, PhiloxStream, Expectation>[] s_kinds = [Edit, Delete, Insert, Reorder, Truncate, FlipArtefact];

    [Fact]
    public void Audit_LogsTamperedWith_AreFoundWithPlaceAndKind() => TamperWith(count: 36, seed: 18);

    [Fact, Trait("Category", "Nightly")]
    public void Audit_TwoHundredLogsTamperedWith_AreAllFoundWithPlaceAndKind() => TamperWith(count: 200, NewSeed());

    [Fact]
    public void Audit_BitsOfTheDatabaseFlipped_NoEventChangesUnnoticed() => FlipDatabase(count: 20, seed: 6);

    [Fact, Trait("Category", "Nightly")]
    public void Audit_TwoHundredBitsOfTheDatabaseFlipped_NoEventChangesUnnoticed() => FlipDatabase(count: 200, NewSeed());

    /// <summary>Some bits are in free space or in columns that nothing depends on; where nothing is found, every event must be as it was.</summary>
    void FlipDatabase(int count, ulong seed)
    {
        output.WriteLine($"seed {seed}");
        using var original = trained.Copy();
        string[] events = [.. Lines(original)];
        var unnoticed = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var draws = new PhiloxStream(seed, Purpose.RolloutPrompts, (uint)i);
            using var copy = trained.Copy();
            var bytes = File.ReadAllBytes(copy.Data.JournalFile);
            var (place, bit) = (draws.Integer(bytes.Length), draws.Integer(8));
            bytes[place] ^= (byte)(1 << bit);
            File.WriteAllBytes(copy.Data.JournalFile, bytes);
            try
            {
                if (copy.Audit(trained.Head).Ok && !Lines(copy).SequenceEqual(events)) unnoticed.Add($"seed {seed}, {i}: byte {place}, bit {bit}");
            }
            catch (SqliteException) { }               // no database any more
        }
        Assert.Empty(unnoticed);
    }

    static IEnumerable<string> Lines(Forgery copy) => copy.Training().Concat(copy.Evaluations()).Select(read => $"{read.Stream} {read.Sequence} {read.Manifest} {Convert.ToHexString(read.Stored.ToBytes())}");

    void TamperWith(int count, ulong seed)
    {
        output.WriteLine($"seed {seed}");
        var wrong = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var kind = s_kinds[i % s_kinds.Length];
            var expected = new Expectation();
            using var copy = trained.Copy();
            kind(copy, new PhiloxStream(seed, Purpose.RolloutPrompts, (uint)i), expected);
            var found = copy.Audit(trained.Head).FirstBad;
            if ((found?.Stream, found?.Sequence, found?.Kind) != (expected.Stream, expected.Sequence, expected.Kind))
                wrong.Add($"seed {seed}, {i} ({kind.Method.Name} {expected.What}): expected {expected.Kind} at {expected.Stream} {expected.Sequence}, found {found?.ToString() ?? "nothing"}");
        }
        Assert.Empty(wrong);
    }

    /// <summary>One bit of a stored message, or its manifest.</summary>
    static void Edit(Forgery copy, PhiloxStream draws, Expectation expected)
    {
        var read = draws.Pick(AnyStream(copy, draws));
        expected.At(read, AuditFindingKind.Altered);
        if (draws.Chance(0.1))
        {
            copy.Sql($"UPDATE journal SET manifest = 'run.paused/1' WHERE persistence_id = '{read.Stream}' AND sequence_number = {read.Sequence}");
            return;
        }
        var message = read.Stored.ToBytes();
        var (place, bit) = (draws.Integer(message.Length), draws.Integer(8));
        message[place] ^= (byte)(1 << bit);
        expected.What = $"byte {place} bit {bit}";
        copy.SetMessage(read.Stream, read.Sequence, message);
    }

    /// <summary>An event; the last one of a stream is not missing but cut off.</summary>
    static void Delete(Forgery copy, PhiloxStream draws, Expectation expected)
    {
        var events = AnyStream(copy, draws);
        var read = draws.Pick(events);
        expected.At(read, read == events[^1] ? AuditFindingKind.Truncated : AuditFindingKind.Missing);
        copy.Delete(read.Stream, read.Sequence);
    }

    /// <summary>A copy of an event of the same stream.</summary>
    static void Insert(Forgery copy, PhiloxStream draws, Expectation expected)
    {
        var events = AnyStream(copy, draws);
        var (read, other) = (draws.Pick(events), draws.Pick(events));
        expected.At(read, AuditFindingKind.Inserted);
        expected.What = $"a copy of {other.Sequence}";
        // A second copy right behind the first one is the foreign one.
        if (other.Sequence == read.Sequence) expected.Sequence++;
        copy.Insert(read.Stream, read.Sequence, other.Stored);
    }

    static void Reorder(Forgery copy, PhiloxStream draws, Expectation expected)
    {
        var events = AnyStream(copy, draws);
        var one = draws.Integer(events.Length - 1);
        var other = one + 1 + draws.Integer(events.Length - 1 - one);
        expected.At(events[one], AuditFindingKind.Reordered);
        expected.What = $"with {events[other].Sequence}";
        copy.Swap(events[one].Stream, events[one].Sequence, events[other].Sequence);
    }

    /// <summary>The tail of the training stream, whose head somebody knows.</summary>
    static void Truncate(Forgery copy, PhiloxStream draws, Expectation expected)
    {
        var read = draws.Pick(copy.Training());
        expected.At(read, AuditFindingKind.Truncated);
        copy.CutFrom(read.Stream, read.Sequence);
    }

    /// <summary>One bit of a file.</summary>
    static void FlipArtefact(Forgery copy, PhiloxStream draws, Expectation expected)
    {
        var named = copy.Training().Concat(copy.Evaluations()).SelectMany(read => NamedArtefacts.In(read.Event).Select(hash => (Hash: hash, Read: read)))
            .Where(one => copy.Data.Artefacts.Exists(one.Hash)).DistinctBy(one => one.Hash).ToArray();
        var (hash, first) = draws.Pick(named);
        expected.At(first, AuditFindingKind.Artefact);
        expected.What = hash.ToString();
        var path = copy.Data.Artefacts.PathOf(hash);
        var bytes = File.ReadAllBytes(path);
        bytes[draws.Integer(bytes.Length)] ^= (byte)(1 << draws.Integer(8));
        File.WriteAllBytes(path, bytes);
    }

    static ReadEvent[] AnyStream(Forgery copy, PhiloxStream draws) => draws.Chance(0.7) ? copy.Training() : copy.Evaluations();

    static ulong NewSeed() => Environment.GetEnvironmentVariable("ACTORRLHF_TEST_SEED") is { Length: > 0 } given
        ? ulong.Parse(given, CultureInfo.InvariantCulture)
        : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);

    sealed class Expectation
    {
        public string? Stream { get; private set; }
        public long? Sequence { get; set; }
        public AuditFindingKind? Kind { get; private set; }
        public string What { get; set; } = "";

        public void At(ReadEvent read, AuditFindingKind kind) => (Stream, Sequence, Kind) = (read.Stream, read.Sequence, kind);
    }
}
