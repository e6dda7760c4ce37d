using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Tests.Runs;

public sealed class LineUpTests
{
    static readonly DateTimeOffset s_noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_RunsOfEveryKind_BegunThenPriorityThenAge()
    {
        var line = new LineUp();
        line.Add(RunId.Parse("young"), hasBegun: false, priority: 0, s_noon.AddMinutes(2));
        line.Add(RunId.Parse("old"), hasBegun: false, priority: 0, s_noon);
        line.Add(RunId.Parse("urgent"), hasBegun: false, priority: 9, s_noon.AddMinutes(3));
        line.Add(RunId.Parse("never"), hasBegun: false, priority: int.MinValue, s_noon);
        line.Add(RunId.Parse("begun"), hasBegun: true, priority: -5, s_noon.AddMinutes(4));

        Assert.Equal(["begun", "urgent", "old", "young", "never"], line.Runs.Select(run => run.Value));
        Assert.Equal("begun", Next(line)?.Value);
        Assert.Equal("urgent", Next(line)?.Value);
    }

    [Fact]
    public void Add_RunThatWaits_MovesItAndRemoveForgetsIt()
    {
        var (line, run) = (new LineUp(), RunId.Parse("run"));
        line.Add(run, hasBegun: false, priority: 0, s_noon);
        line.Add(RunId.Parse("other"), hasBegun: false, priority: 1, s_noon);
        line.Add(run, hasBegun: true, priority: 0, s_noon);
        Assert.Equal(["run", "other"], line.Runs.Select(one => one.Value));

        line.Remove(run);
        line.Remove(run);

        Assert.Equal("other", Next(line)?.Value);
        Assert.Null(Next(line));
    }

    [Fact]
    public void Add_PlaceThatWasTakenOut_IsWhereItWas()
    {
        var line = new LineUp();
        line.Add(RunId.Parse("first"), hasBegun: false, priority: 0, s_noon);
        line.Add(RunId.Parse("second"), hasBegun: false, priority: 0, s_noon.AddMinutes(1));
        var place = line.First!;
        line.Remove(place.Run);
        Assert.Equal("second", line.First?.Run.Value);

        line.Add(place);

        Assert.Equal(["first", "second"], line.Runs.Select(run => run.Value));
    }

    static RunId? Next(LineUp line)
    {
        var first = line.First?.Run;
        if (first is { } run) line.Remove(run);
        return first;
    }
}
