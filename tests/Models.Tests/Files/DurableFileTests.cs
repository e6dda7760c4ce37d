using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_ExistingFile_IsReplacedAndNothingElseIsLeft()
    {
        var path = _folder.Write("a", "old and longer");
        DurableFile.Write(path, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void Write_WriterThrows_OldFileStaysAndNothingElseIsLeft()
    {
        var path = _folder.Write("a", "old");
        Assert.Throws<InvalidOperationException>(() => DurableFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void Sync_NoFolder_NamesIt() =>
        Assert.Contains(_folder.File("none"), Assert.Throws<IOException>(() => DurableFolder.Sync(_folder.File("none"))).Message);

    public void Dispose() => _folder.Dispose();
}
