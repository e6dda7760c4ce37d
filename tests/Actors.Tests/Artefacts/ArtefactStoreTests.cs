using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;

namespace ActorRlhf.Actors.Tests.Artefacts;

public sealed class ArtefactStoreTests
{
    readonly string _root = Path.Combine(Temporary.NewDirectory(), "artefacts");
    readonly ArtefactStore _store;

    public ArtefactStoreTests() => _store = new ArtefactStore(_root);

    [Fact]
    public void Put_Bytes_CanBeReadUnderTheirHash()
    {
        var hash = _store.Put("abc"u8);
        Assert.Equal(ContentHash.Of("abc"u8), hash);
        Assert.Equal("abc"u8, _store.Read(hash));
        Assert.Equal(3, _store.TrySize(hash));
        Assert.True(_store.Exists(hash));
        Assert.Equal(Path.Combine(_root, "ba", hash.ToString()[2..]), _store.PathOf(hash));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "tmp")));
    }

    [Fact]
    public void Put_NoBytes_IsAnArtefactToo() => Assert.Empty(_store.Read(_store.Put([])));

    [Fact]
    public void Put_SameBytesAgain_DoesNotWriteAgain()
    {
        var hash = _store.Put("abc"u8);
        var stamp = new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_store.PathOf(hash), stamp);
        Assert.Equal(hash, _store.Put("abc"u8));
        Assert.Equal(stamp, File.GetLastWriteTimeUtc(_store.PathOf(hash)));
    }

    [Fact]
    public void Put_DamagedFileOfEqualLength_IsMended()
    {
        var hash = _store.Put("abc"u8);
        File.WriteAllText(_store.PathOf(hash), "abd");
        Assert.Equal(hash, _store.Put("abc"u8));
        Assert.Equal("abc"u8, _store.Read(hash));

        File.WriteAllText(_store.PathOf(hash), "xbc");
        Assert.Equal(hash, _store.Put(stream => stream.Write("abc"u8)));
        Assert.Equal("abc"u8, _store.Read(hash));
    }

    [Fact]
    public void Put_LongFileDamagedAtItsEnd_IsMended()
    {
        var content = Enumerable.Range(0, 200_000).Select(i => (byte)i).ToArray();
        var hash = _store.Put(content);
        File.WriteAllBytes(_store.PathOf(hash), [.. content[..^1], (byte)(content[^1] + 1)]);
        _store.Put(content);
        Assert.Equal(content, _store.Read(hash));
    }

    [Fact]
    public void Put_Stream_HasTheHashOfItsBytesAndIsNotWrittenAgain()
    {
        var hash = _store.Put(stream =>
        {
            stream.Write("ab"u8);
            stream.Write("c"u8);
        });
        Assert.Equal(ContentHash.Of("abc"u8), hash);
        var stamp = new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_store.PathOf(hash), stamp);
        Assert.Equal(hash, _store.Put(stream => stream.Write("abc"u8)));
        Assert.Equal(stamp, File.GetLastWriteTimeUtc(_store.PathOf(hash)));
        Assert.Equal(hash, _store.WithoutWriting().Put(stream => stream.Write("abc"u8)));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "tmp")));
    }

    [Fact]
    public void Put_StreamThatFails_LeavesNothing()
    {
        Assert.Throws<InvalidOperationException>(() => _store.Put(stream =>
        {
            stream.Write("ab"u8);
            throw new InvalidOperationException("test");
        }));
        Assert.Empty(_store.List());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "tmp")));
    }

    [Fact]
    public async Task Close_WhileAnArtefactIsPut_WaitsForItAndRefusesTheNext()
    {
        using ManualResetEventSlim began = new(), goOn = new();
        var putting = Task.Run(() => _store.Put(stream =>
        {
            began.Set();
            goOn.Wait();
            stream.Write("abc"u8);
        }));
        began.Wait();
        var closing = Task.Run(_store.Close);
        Assert.False(closing.IsCompleted);
        goOn.Set();
        await closing;
        Assert.Equal(ContentHash.Of("abc"u8), Assert.Single(_store.List()));
        Assert.Throws<ObjectDisposedException>(() => _store.Put("x"u8));
        await putting;
    }

    [Fact]
    public void TryRemove_PutAndNotNamedYet_OnlyItsOwnerMay()
    {
        var (one, two) = (_store.ClaimedBy("one"), _store.ClaimedBy("two"));
        var hash = one.Put("abc"u8);
        two.Put("abc"u8);
        using var removal = _store.BeginRemoval();
        two.Named([hash]);
        Assert.False(removal.TryRemove(hash, "two"));
        Assert.False(removal.TryRemove(hash));
        Assert.True(_store.Exists(hash));
    }

    [Fact]
    public void TryRemove_Named_IsRemoved()
    {
        var one = _store.ClaimedBy("one");
        var hash = one.Put("abc"u8);
        one.Named([hash]);
        using (var removal = _store.BeginRemoval()) Assert.True(removal.TryRemove(hash));
        Assert.False(_store.Exists(hash));
    }

    /// <summary>Whoever removes may have read the log before the event was there.</summary>
    [Fact]
    public void TryRemove_NamedSinceTheRemovalBegan_StaysUntilTheNextOne()
    {
        var one = _store.ClaimedBy("one");
        var hash = one.Put("abc"u8);
        using (var removal = _store.BeginRemoval())
        {
            one.Named([hash]);
            Assert.False(removal.TryRemove(hash));
        }
        using (var removal = _store.BeginRemoval()) Assert.True(removal.TryRemove(hash));
    }

    [Fact]
    public void TryRemove_NamedAndPutAgainMeanwhile_StaysClaimed()
    {
        var one = _store.ClaimedBy("one");
        var hash = one.Put("abc"u8);
        using (_store.BeginRemoval())
        {
            one.Named([hash]);
            one.Put("abc"u8);
        }
        using var removal = _store.BeginRemoval();
        Assert.False(removal.TryRemove(hash));
    }

    [Fact]
    public void Named_PutByNobodyInParticular_IsTheLogsFromThenOn()
    {
        var hash = _store.Put("abc"u8);
        _store.ClaimedBy("fork").Named([hash]);
        using var removal = _store.BeginRemoval();
        Assert.True(removal.TryRemove(hash));
    }

    [Fact]
    public void Put_FromManyThreads_StoresEachOnce()
    {
        Parallel.For(0, 64, i => _store.Put(BitConverter.GetBytes(i % 4)));
        Assert.Equal(4, _store.List().Count());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, "tmp")));
    }

    [Fact]
    public void List_SeveralArtefacts_NamesThemInOrderAndNothingElse()
    {
        ContentHash[] hashes = [_store.Put("a"u8), _store.Put("b"u8), _store.Put("c"u8)];
        File.WriteAllText(Path.Combine(_root, "tmp", "half-written"), "x");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(_store.PathOf(hashes[0]))!, "stray"), "x");
        Assert.Equal(hashes.OrderBy(hash => hash.ToString(), StringComparer.Ordinal), _store.List());
        Assert.Empty(new ArtefactStore(Path.Combine(_root, "none")).List());
    }

    [Fact]
    public void Read_AlteredFile_NamesHashPathAndWhatWasFound()
    {
        var hash = _store.Put("abc"u8);
        File.WriteAllText(_store.PathOf(hash), "abd");
        var damaged = Assert.Throws<ArtefactDamagedException>(() => _store.Read(hash));
        Assert.Equal((hash, _store.PathOf(hash), ContentHash.Of("abd"u8)), (damaged.Hash, damaged.Path, damaged.Found));
        Assert.Contains(hash.ToString(), damaged.Message);
    }

    [Fact]
    public void Read_DirectoryInItsPlace_IsMissing()
    {
        var hash = ContentHash.Of("never stored"u8);
        Directory.CreateDirectory(_store.PathOf(hash));
        Assert.Throws<ArtefactMissingException>(() => _store.Read(hash));
    }

    [Fact]
    public void Read_MissingFile_NamesHashAndPath()
    {
        var hash = ContentHash.Of("never stored"u8);
        var missing = Assert.Throws<ArtefactMissingException>(() => _store.Read(hash));
        Assert.Equal((hash, _store.PathOf(hash)), (missing.Hash, missing.Path));
        Assert.False(_store.Exists(hash));
        Assert.Null(_store.TrySize(hash));
    }

    [Fact]
    public void Put_FileInTheWay_SaysWhatToDo()
    {
        File.WriteAllText(_root, "a file where the directory should be");
        var unusable = Assert.Throws<DataDirectoryUnusableException>(() => _store.Put("abc"u8));
        Assert.Contains("--data", unusable.Message);
        Assert.False(unusable.DiskFull);
    }

    [Fact]
    public void Put_ReadOnlyDirectory_SaysWhatToDo()
    {
        Directory.CreateDirectory(_root);
        using var readOnly = new ReadOnlyDirectory(_root);
        Assert.Contains("permission", Assert.Throws<DataDirectoryUnusableException>(() => _store.Put("abc"u8)).Message);
    }

    [Theory]
    [InlineData(28, "no space left on the disk", true)]
    [InlineData(30, "the file system is read-only", false)]
    [InlineData(5, "Input/output error", false)]
    public void Unusable_OfAnErrorNumber_SaysWhatIsWrong(int errno, string problem, bool full)
    {
        var unusable = DataDirectoryUnusableException.For("x", new IOException("Input/output error", errno));
        Assert.StartsWith($"cannot write x: {problem}. ", unusable.Message);
        Assert.Equal(full, unusable.DiskFull);
    }
}
