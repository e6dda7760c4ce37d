using System.IO.Pipelines;
using System.Text;
using ActorRlhf.Actors.Evaluators;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Evaluators;

public sealed class ErrorOutputTests
{
    readonly List<string> _log = [];
    readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Read_Lines_AreLoggedAndTheLastIsKept()
    {
        var errors = new ErrorOutput(_log.Add, _time);
        await errors.ReadAsync(Bytes("one\r\n\ntwo\nthree"));
        Assert.Equal(["one", "two", "three"], _log);
        Assert.Equal("three", errors.LastWords);
    }

    [Fact]
    public async Task Read_Flood_IsCutForAMinute()
    {
        var errors = new ErrorOutput(_log.Add, _time);
        var line = new string('x', 1000) + "\n";
        await errors.ReadAsync(Bytes(string.Concat(Enumerable.Repeat(line, 70))));
        Assert.Equal(66, _log.Count);       // 65 lines of 1,000 bytes are in 65,536
        Assert.Equal("… 5000 more bytes dropped", _log[^1]);

        _time.Advance(TimeSpan.FromSeconds(61));
        await errors.ReadAsync(Bytes("again\n"));
        Assert.Equal("again", _log[^1]);
    }

    [Fact]
    public async Task Read_LineWithoutEnd_IsCutIntoPieces()
    {
        await new ErrorOutput(_log.Add, _time).ReadAsync(Bytes(new string('x', 10_000)));
        Assert.Equal([4096, 4096, 1808], _log.Select(line => line.Length));
    }

    static Stream Bytes(string text) => PipeReader.Create(new(Encoding.UTF8.GetBytes(text))).AsStream();
}
