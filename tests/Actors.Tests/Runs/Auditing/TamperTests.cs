using System.Globalization;
using System.Security.Cryptography;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Tests.Storage;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Randomness;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>
/// Logs that somebody changed in SQL or on disk, at places drawn from one seed: every one is found, with the right place and kind.
/// </summary>
public sealed class TamperTests(TrainedRun trained, ITestOutputHelper output) : IClassFixture<TrainedRun>
{
    const string TrainingStream = "run-audited";

    /// <summary>
    /// In SQL what an event is made of. Its stream and its place are what the index says, by which every reader comes to it.
    /// </summary>
    const string Content = "deleted || '|' || manifest || '|' || identifier || '|' || typeof(message) || hex(message)";

    static readonly Action<Forgery, PhiloxStream, Expectation>[] s_kinds = [Edit, Delete, Insert, Reorder, Truncate, FlipArtefact];

    [Fact]
    public void Audit_LogsTamperedWith_AreFoundWithPlaceAndKind() => TamperWith(count: 36, seed: 18);

    [PostgresFact]
    public void Audit_LogsInPostgresTamperedWith_AreFoundWithPlaceAndKind() => TamperWith(count: 12, seed: 19, trained.OnPostgres());

    [PostgresFact, Trait("Category", "Nightly")]
    public void Audit_ThousandsOfLogsInPostgresTamperedWith_AreAllFoundWithPlaceAndKind() =>
        TamperWith(count: 40 * 10 * s_kinds.Length, NewSeed(), trained.OnPostgres());

    [Fact, Trait("Category", "Nightly")]
    public void Audit_ThousandsOfLogsTamperedWith_AreAllFoundWithPlaceAndKind() => TamperWith(count: 40 * 10 * s_kinds.Length, NewSeed());

    [Fact]
    public Task Audit_BitsOfTheDatabaseFlipped_NamesTheFirstEventThatChanged() => FlipDatabaseAsync(count: 20, launches: 1, seed: 6);

    [Fact, Trait("Category", "Nightly")]
    public Task Audit_AThousandBitsOfTheDatabaseFlipped_NamesTheFirstEventThatChanged() =>
        FlipDatabaseAsync(count: 1000, launches: 10, NewSeed());

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(9, 5)]
    [InlineData(9, 9)]
    [InlineData(20, 2)]
    [InlineData(20, 13)]
    [InlineData(20, 20)]
    public void Audit_TailCutOffBehindAnyKnownHead_IsTruncatedAtTheCut(int known, int cut)
    {
        using var copy = trained.Copy();
        var head = copy.Training()[known - 1];
        copy.CutFrom(head.Stream, cut);

        var found = copy.Audit(new StreamHead(head.Sequence, head.Hash)).FirstBad!;

        Assert.Equal((head.Stream, cut, AuditFindingKind.Truncated), (found.Stream, found.Sequence, found.Kind));
    }

    /// <summary>
    /// Some bits are in free space or in columns that nothing depends on; where nothing is found,
    /// every event must be as it was. Where a run refuses to go on, another in the same process does not notice.
    /// </summary>
    async Task FlipDatabaseAsync(int count, int launches, ulong seed)
    {
        output.WriteLine($"seed {seed}");
        using var original = trained.Copy();
        var rows = Rows(original);
        var wrong = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var draws = Purpose.RolloutPrompts.Draws(seed, (uint)i);
            using var copy = trained.Copy();
            var bytes = File.ReadAllBytes(copy.Data.JournalFile);
            var (place, bit) = (draws.Integer(bytes.Length), draws.Integer(8));
            bytes[place] ^= (byte)(1 << bit);
            File.WriteAllBytes(copy.Data.JournalFile, bytes);
            var changed = FirstChanged(copy, rows);
            AuditFinding? found;
            try { found = copy.Audit(trained.Head).FirstBad; }
            catch (Exception none) when (none is StoreException or NotAJournalException)
            {
                // No database any more, or an index that cannot be read; one event that changed has to be named.
                if (changed.Length == 1) wrong.Add($"seed {seed}, {i}: byte {place}, bit {bit}: expected {changed[0]}: {none.Message}");
                continue;
            }
            if (changed.Length > 0 && !changed.Contains((found?.Stream, found?.Sequence)))
                wrong.Add($"seed {seed}, {i}: byte {place}, bit {bit}: expected {string.Join(" or ", changed)}, "
                    + $"found {found?.ToString() ?? "nothing"}");
            // Not one of the last, beside which the other run's events will be written.
            if (launches > 0 && changed is [(TrainingStream, < 20)])
            {
                launches--;
                await using var host = await RunsHost.StartAsync(copy.Data.Path);
                var other = host.TrainAsync("other", Some.Recipe());
                Assert.Contains(TrainingStream, await host.RefusedAsync(TrainedRun.Id.Value, TrainedRun.Recipe));
                Assert.Equal((await SoundRun.Of(Some.Recipe())).Trajectory, (await other).Trajectory);
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(0, launches);
    }

    /// <summary>
    /// Of each stream the first event that the table no longer holds as it was.
    /// By the key of the table: an index may be what is damaged.
    /// </summary>
    static (string? Stream, long? Sequence)[] FirstChanged(Forgery copy, (long Key, string Stream, long Sequence, string Content)[] rows)
    {
        using var connection = new SqliteConnection($"Data Source={copy.Data.JournalFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Content} FROM journal WHERE ordering = $key";
        var key = command.Parameters.Add("$key", SqliteType.Integer);
        bool IsAsItWas(long ordering, string content)
        {
            key.Value = ordering;
            try { return command.ExecuteScalar() as string == content; }
            catch (SqliteException) { return false; }
        }
        return
        [
            .. rows.Where(row => !IsAsItWas(row.Key, row.Content))
                .GroupBy(row => row.Stream)
                .Select(changed => ((string?)changed.Key, (long?)changed.First().Sequence)),
        ];
    }

    static (long Key, string Stream, long Sequence, string Content)[] Rows(Forgery original)
    {
        using var connection = new SqliteConnection($"Data Source={original.Data.JournalFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT ordering, persistence_id, sequence_number, {Content} FROM journal ORDER BY persistence_id, sequence_number";
        using var reader = command.ExecuteReader();
        var rows = new List<(long, string, long, string)>();
        while (reader.Read()) rows.Add((reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3)));
        return [.. rows];
    }

    void TamperWith(int count, ulong seed, string? folder = null)
    {
        output.WriteLine($"seed {seed}");
        var wrong = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var kind = s_kinds[i % s_kinds.Length];
            var expected = new Expectation();
            using var copy = new Forgery(folder ?? trained.Folder, TrainedRun.Id);
            kind(copy, Purpose.RolloutPrompts.Draws(seed, (uint)i), expected);
            var found = copy.Audit(trained.Head).FirstBad;
            if ((found?.Stream, found?.Sequence, found?.Kind) != (expected.Stream, expected.Sequence, expected.Kind))
                wrong.Add($"seed {seed}, {i} ({kind.Method.Name} {expected.What}): "
                    + $"expected {expected.Kind} at {expected.Stream} {expected.Sequence}, found {found?.ToString() ?? "nothing"}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>One bit of a stored message, or its manifest.</summary>
    static void Edit(Forgery copy, PhiloxStream draws, Expectation expected)
    {
        var read = draws.Pick(AnyStream(copy, draws));
        expected.At(read, AuditFindingKind.Altered);
        if (draws.Chance(0.1))
        {
            copy.Sql("UPDATE journal SET manifest = 'run.paused/1' "
                + $"WHERE persistence_id = '{read.Stream}' AND sequence_number = {read.Sequence}");
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
        var named = copy.Training().Concat(copy.Evaluations())
            .SelectMany(read => NamedArtefacts.In(read.Event).Select(hash => (Hash: hash, Read: read)))
            .Where(one => copy.Data.Artefacts.Exists(one.Hash))
            .DistinctBy(one => one.Hash)
            .ToArray();
        var (hash, first) = draws.Pick(named);
        expected.At(first, AuditFindingKind.Artefact);
        expected.What = hash.ToString();
        var path = copy.Data.Artefacts.PathOf(hash);
        var bytes = File.ReadAllBytes(path);
        bytes[draws.Integer(bytes.Length)] ^= (byte)(1 << draws.Integer(8));
        File.WriteAllBytes(path, bytes);
    }

    static ReadEvent[] AnyStream(Forgery copy, PhiloxStream draws) => draws.Chance(0.7) ? copy.Training() : copy.Evaluations();

    internal static ulong NewSeed() => Environment.GetEnvironmentVariable("ACTORRLHF_TEST_SEED") is { Length: > 0 } given
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
