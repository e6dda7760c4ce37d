using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Transfer;

namespace ActorRlhf.Actors.Tests.Transfer;

/// <summary>Whatever is wrong with a file is said, and nothing is left behind; the same for exports and backups.</summary>
public sealed class HostileArchiveTests(TwoRuns runs) : IClassFixture<TwoRuns>
{
    const string Training = "run-one", Evaluations = "run-one-evaluations", Other = "run-two";
    readonly string _target = Path.Combine(Temporary.NewDirectory(), "data");

    public static TheoryData<bool> BothKinds => [false, true];

    public static TheoryData<string> Names =>
    [
        "../evil", "artefacts/../../evil", "streams/../../evil", "/etc/evil", "//evil", "C:\\evil", "artefacts\\evil", "..\\evil",
        "artefacts/", "streams/", "evil", "manifest.json ", "streams/run-one/evil",
        "artefacts/ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789", "artefacts/0", "streams/RUN",
        "./manifest.json", "lock", "journal.db", "streams/run-one\n",
    ];

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_UnchangedForgery_IsTaken(bool backup) => Assert.True(Take(Forge(backup).Write(), backup).Changed);

    [Theory, MemberData(nameof(Names))]
    public void Take_ForeignName_IsRefused(string name)
    {
        foreach (var backup in (bool[])[false, true])
        {
            var forged = Forge(backup);
            forged.Entries.Add((name, [1, 2, 3]));
            AssertRefused(forged, backup, name, "this name is none of");
        }
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_EntryTwice_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var name = Artefact(forged);
        forged.Entries.Add((name, forged.Content(name)));
        AssertRefused(forged, backup, name, "twice");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_Link_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var name = Artefact(forged);
        forged.Touch = entry => { if (entry.FullName == name) entry.ExternalAttributes = unchecked((int)(0xA1FFu << 16)); };
        AssertRefused(forged, backup, name, "link");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_ArtefactOfOtherBytes_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var name = Artefact(forged);
        var content = forged.Content(name).ToArray();
        content[^1] ^= 1;
        forged.Replace(name, content);
        AssertRefused(forged, backup, name, ContentHash.Of(content).ToString());
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_MissingArtefact_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var name = Artefact(forged);
        forged.Remove(name);
        AssertRefused(forged, backup, name, "it is missing");
        forged.Artefacts.RemoveAt(0); // also when the manifest does not speak of it
        AssertRefused(forged, backup, name, "of run-");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_EntryThatTheManifestDoesNotName_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var name = $"artefacts/{ContentHash.Of([7])}";
        forged.Entries.Add((name, [7]));
        AssertRefused(forged, backup, name, "the manifest does not name it");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_ArtefactThatNoEventNames_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var hash = ContentHash.Of([7]);
        forged.Entries.Add(($"artefacts/{hash}", [7]));
        forged.Artefacts.Add(new JsonObject { ["sha256"] = hash.ToString(), ["bytes"] = 1 });
        AssertRefused(forged, backup, $"artefacts/{hash}", "no event names it");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_MissingStreamOrManifest_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        forged.Remove($"streams/{Training}");
        AssertRefused(forged, backup, $"streams/{Training}", "it is missing");
        forged.Streams.Remove(forged.Stream(Training));
        AssertRefused(forged, backup, $"streams/{(backup ? Evaluations : Training)}", "missing");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_ForgedHead_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var head = (string)forged.Stream(Training)["head"]!;
        forged.Stream(Training)["head"] = head[..^1] + (head[^1] == '0' ? '1' : '0');
        AssertRefused(forged, backup, $"streams/{Training}", head);
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_TailCutOffWithTheOldHead_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var (head, events) = ((string)forged.Stream(Training)["head"]!, (int)forged.Stream(Training)["events"]!);
        forged.SetRows(Training, forged.Rows(Training)[..^1]);
        (forged.Stream(Training)["head"], forged.Stream(Training)["events"]) = (head, events);
        AssertRefused(forged, backup, $"streams/{Training}", head);
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_RowsInAnotherOrder_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var rows = forged.Rows(Training);
        (rows[3], rows[4]) = (rows[4], rows[3]);
        forged.SetRows(Training, rows);
        AssertRefused(forged, backup, $"streams/{Training}", "event 4:");
        (rows[3], rows[4]) = (rows[3] with { Sequence = 4 }, rows[4] with { Sequence = 5 });
        forged.SetRows(Training, rows);
        AssertRefused(forged, backup, $"streams/{Training}", "event 4:");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_RowLeftOutOrThereTwice_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var rows = forged.Rows(Training);
        forged.SetRows(Training, [.. rows[..4], .. rows[5..]]);
        AssertRefused(forged, backup, $"streams/{Training}", "event 5:");
        forged.SetRows(Training, [.. rows[..5], .. rows[4..]]);
        AssertRefused(forged, backup, $"streams/{Training}", "event 6:");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_RowOfOtherBytes_IsRefused(bool backup)
    {
        for (var place = 0; place < 8; place++)
        {
            var forged = Forge(backup);
            var rows = forged.Rows(Training);
            rows[place].Message[rows[place].Message.Length * (place + 1) / 9] ^= 0x10;
            forged.SetRows(Training, rows);
            AssertRefused(forged, backup, $"streams/{Training}", $"{place + 1}");
        }
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_StreamOfAnotherRunUnderThisName_IsRefused(bool backup)
    {
        var (forged, other) = (Forge(backup), Forgery.Of(runs.Backup));
        forged.SetRows(Training, other.Rows(Other));
        AssertRefused(forged, backup, $"streams/{Training}", "event 1:");
    }

    [Fact]
    public void Import_StreamOfAnotherRunBesideIt_IsRefused()
    {
        var forged = Forgery.Of(runs.Backup);
        (forged.Manifest["format"], forged.Manifest["run"]) = ("actorrlhf-run/1", "one");
        AssertRefused(forged, false, $"streams/{Other}", "belongs neither");
    }

    [Theory]
    [InlineData("../../evil")]
    [InlineData("ONE")]
    [InlineData("")]
    [InlineData("one-evaluations")]
    public void Import_RunIdOfAnotherForm_IsRefused(string id)
    {
        var forged = Forge(false);
        forged.Manifest["run"] = id;
        AssertRefused(forged, false, Forgery.ManifestName, "is no run id");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_AllLinkedAnewAroundAnEventThatNobodyKnows_IsRefused(bool backup)
    {
        AssertEventRefused(backup, "run.unheard-of/1", [0x90], "run.unheard-of/1");
        AssertEventRefused(
            backup, "evaluation.failed/1", Encode(new EvaluationFailed(1, "s", "e", "1", default, "r", default)),
            "no event of a training stream");
        AssertEventRefused(backup, "run.started/1", Encode(Runs.Some.Started()), "run.started");
        AssertEventRefused(backup, "run.paused/1", [0xc1], "cannot be read");
        AssertEventRefused(backup, "stage.completed/1", [0x93, 0xa1, 0x78, 0xc0, 0x90], "nil"); // the list of artefacts
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_FirstEventHasNoValidRecipe_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var started = Runs.Some.Started() with { Recipe = "rl: {" };
        forged.SetRows(Training, Forgery.Relink(Training, [("run.started/1", Encode(started))], default, () => Envelope(forged)));
        AssertRefused(forged, backup, $"streams/{Training}", "recipe");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_ForkWithoutItsParent_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        foreach (var parent in (string[])["gone", "../evil"])
        {
            var parentless = new ForkPoint(parent, 1, new StreamHead(3, ContentHash.Of([1])), default, default);
            var started = Started(forged) with { Parent = parentless };
            forged.SetRows(
                Training,
                Forgery.Relink(Training, [("run.started/1", Encode(started))], ContentHash.Of([1]), () => Envelope(forged)));
            AssertRefused(forged, backup, $"streams/{Training}", $"fork of run '{parent}'");
        }
    }

    [Fact]
    public void Restore_ForkThatLeftItsParentNowhere_IsRefused()
    {
        var forged = Forge(true);
        var at = new StreamHead(3, ContentHash.Of([1]));
        var started = Started(forged) with { Parent = new ForkPoint("one", 1, at, default, default) };
        forged.SetRows(Other, Forgery.Relink(Other, [("run.started/1", Encode(started))], at.Hash, () => Envelope(forged)));
        AssertRefused(forged, true, $"streams/{Other}", "where that run has another event");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_BombThatIsCompressed_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var name = Artefact(forged);
        forged.Replace(name, new byte[64 << 20]);
        forged.Compression = _ => CompressionLevel.SmallestSize;
        AssertRefused(forged, backup, null, "compressed");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_BombThatHidesItsSize_IsRefusedWhileItIsRead(bool backup)
    {
        var forged = Forge(backup);
        var name = Artefact(forged);
        long small;
        forged.Replace(name, new byte[64 << 20]);
        forged.Compression = entry => entry == name ? CompressionLevel.SmallestSize : CompressionLevel.NoCompression;
        var path = forged.Write();
        using (var zip = ZipFile.OpenRead(path)) small = zip.GetEntry(name)!.CompressedLength;
        // The manifest and both of the zip's tables state what is there in the file, as for an entry that is stored as it is.
        forged.Artefacts[0]!["bytes"] = small;
        path = forged.Write();
        var bytes = File.ReadAllBytes(path);
        StateLength(bytes, name, (uint)small);
        Forgery.Seal(bytes);
        File.WriteAllBytes(path, bytes);
        using (var zip = ZipFile.OpenRead(path))
            Assert.Equal((small, small), (zip.GetEntry(name)!.Length, zip.GetEntry(name)!.CompressedLength));

        var before = GC.GetTotalAllocatedBytes();
        AssertRefused(path, backup, name, "");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 32 << 20);
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_EntriesThatStateMoreThanTheFileHas_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        var path = forged.Write();
        var bytes = File.ReadAllBytes(path);
        // As if all entries shared the same bytes: a bomb without compression.
        foreach (var (other, _) in forged.Entries.Where(entry => entry.Name.StartsWith("artefacts/", StringComparison.Ordinal)))
            StateLength(bytes, other, (uint)bytes.Length - 100, compressed: true);
        Forgery.Seal(bytes);
        File.WriteAllBytes(path, bytes);
        AssertRefused(path, backup, null, "more bytes than");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_SizeOfTheManifestIsAnother_IsRefused(bool backup)
    {
        var forged = Forge(backup);
        forged.Artefacts[0]!["bytes"] = 1 + (long)forged.Artefacts[0]!["bytes"]!;
        AssertRefused(forged, backup, Artefact(forged), "the manifest states");
    }

    [Theory]
    [InlineData("format", "\"actorrlhf-run/2\"", "expected 'actorrlhf-run/1'")]
    [InlineData("format", "7", "expected 'actorrlhf-run/1'")]
    [InlineData("format", "\"actorrlhf-backup/1\"", "restore")]
    [InlineData("run", "null", "names no run")]
    [InlineData("run", "7", "$.run")]
    [InlineData("streams", "null", "streams")]
    [InlineData("streams", "{}", "streams")]
    [InlineData("artefacts", "[null]", "null")]
    [InlineData("surprise", "1", "surprise")]
    public void Import_ManifestWithAnotherValue_IsRefused(string key, string json, string said)
    {
        var forged = Forge(false);
        forged.Manifest[key] = JsonNode.Parse(json);
        AssertRefused(forged, false, Forgery.ManifestName, said);
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_CutOff_IsRefusedAtEveryLength(bool backup)
    {
        var whole = File.ReadAllBytes(Original(backup));
        var path = Path.Combine(Temporary.NewDirectory(), "cut.zip");
        var lengths = Enumerable.Range(0, 40).Select(i => i * whole.Length / 40)
            .Concat(Enumerable.Range(1, 120).Select(i => whole.Length - i));
        foreach (var length in lengths)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertRefused(path, backup, null, "");
        }
        File.WriteAllBytes(path, [.. whole, 0]);
        AssertRefused(path, backup, null, "");
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Take_AnyBitFlipped_IsRefused(bool backup)
    {
        var bytes = File.ReadAllBytes(Original(backup));
        var path = Path.Combine(Temporary.NewDirectory(), "flipped.zip");
        for (var i = 0; i < 60; i++)
        {
            // Hashes of the number: the same places in every run. A third of them in the tables at the end, where no content is.
            var draw = BinaryPrimitives.ReadUInt64LittleEndian(ContentHash.Of(BitConverter.GetBytes(i)).ToBytes());
            var tail = i % 3 == 0 ? Math.Min(bytes.Length, 6000) : bytes.Length;
            var at = bytes.Length - 1 - (int)(draw % (ulong)tail);
            bytes[at] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, bytes);
            AssertRefused(path, backup, null, "");
            bytes[at] ^= (byte)(1 << (i % 8));
        }
    }

    [Fact]
    public void Take_NoZipAtAll_IsRefused()
    {
        var path = Path.Combine(Temporary.NewDirectory(), "text.zip");
        File.WriteAllText(path, "not a zip");
        AssertRefused(path, false, null, "no zip");
    }

    [Fact]
    public void Import_RefusedFileIntoADirectoryWithRuns_ChangesNothing()
    {
        RunArchive.Import(runs.Export, _target, force: false, TimeProvider.System);
        var before = Contents.Files(_target);
        var forged = Forge(false);
        forged.SetRows(Training, forged.Rows(Training)[1..]);

        Assert.Throws<ArchiveRefusedException>(() => RunArchive.Import(forged.Write(), _target, force: false, TimeProvider.System));

        Assert.Equal(before, Contents.Files(_target));
    }

    string Original(bool backup) => backup ? runs.Backup : runs.Export;

    Forgery Forge(bool backup) => Forgery.Of(Original(backup));

    Intake Take(string file, bool backup) => backup
        ? DataBackup.Restore(file, _target, TimeProvider.System)
        : RunArchive.Import(file, _target, force: false, TimeProvider.System);

    void AssertRefused(Forgery forged, bool backup, string? entry, string said) => AssertRefused(forged.Write(), backup, entry, said);

    void AssertRefused(string file, bool backup, string? entry, string said)
    {
        var refused = Assert.Throws<ArchiveRefusedException>(() => Take(file, backup));
        if (entry is not null) Assert.Equal(entry, refused.Entry);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_target), "something was left behind");
    }

    void AssertEventRefused(bool backup, string manifest, byte[] payload, string said)
    {
        var forged = Forge(backup);
        var stored = forged.Rows(Training).Select(row => (row.Manifest, StoredEvent.Parse(row.Manifest, row.Message).Payload)).ToList();
        stored.Insert(2, (manifest, payload));
        forged.SetRows(Training, Forgery.Relink(Training, stored, default, () => Envelope(forged)));
        AssertRefused(forged, backup, $"streams/{Training}", said);
    }

    static string Artefact(Forgery forged) => $"artefacts/{forged.Artefacts[0]!["sha256"]}";

    static byte[] Envelope(Forgery forged) =>
        forged.Rows(Training)[0] is var row ? StoredEvent.Parse(row.Manifest, row.Message).Envelope : [];

    RunStarted Started(Forgery forged)
    {
        var first = StoredEvent.Parse("run.started/1", Forgery.Of(Original(true)).Rows(Training)[0].Message);
        return (RunStarted)EventCatalogue.Known.Decode(Training, 1, "run.started/1", first.Payload);
    }

    static byte[] Encode(IEvent fact) => EventCatalogue.Known.Encode(fact);

    /// <summary>Writes another length into the entry of a zip's central directory.</summary>
    static void StateLength(byte[] zip, string name, uint length, bool compressed = false)
    {
        ReadOnlySpan<byte> signature = [0x50, 0x4b, 1, 2];
        const int compressedAt = 20, lengthAt = 24, nameAt = 46;
        for (var at = zip.AsSpan().IndexOf(signature); ; at += 4 + zip.AsSpan(at + 4).IndexOf(signature))
        {
            if (!zip.AsSpan(at + nameAt).StartsWith(Encoding.UTF8.GetBytes(name))) continue;
            BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(at + lengthAt), length);
            if (compressed) BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(at + compressedAt), length);
            return;
        }
    }
}
