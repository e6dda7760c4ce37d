using System.Text;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Tests.Runs.Stages;

public sealed class WorldSourceTests
{
    readonly string _file = Path.Combine(Temporary.NewDirectory(), "pairs.jsonl");

    public WorldSourceTests() => File.WriteAllText(_file, "one");

    [Fact]
    public void Content_AskedTwice_GivesTheSameBytes()
    {
        var source = WorldSource.OfFile(_file);

        Assert.Equal("pairs.jsonl", source.Name);
        Assert.All((byte[][])[source.Content(), source.Content()], bytes => Assert.Equal("one", Encoding.UTF8.GetString(bytes)));
    }

    [Fact]
    public void Content_FileWasChangedMeanwhile_IsRefused()
    {
        var source = WorldSource.OfFile(_file);
        File.WriteAllText(_file, "two");

        Assert.Contains(
            $"{_file}: the file was changed while the run began",
            Assert.Throws<DatasetException>(source.Content).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Content_FileIsGone_IsRefused()
    {
        var source = WorldSource.OfFile(_file);
        File.Delete(_file);

        Assert.Contains(
            $"{_file}: the file cannot be read any more",
            Assert.Throws<DatasetException>(source.Content).Message,
            StringComparison.Ordinal);
    }
}
