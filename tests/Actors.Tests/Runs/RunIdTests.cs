using ActorRlhf.Actors.Log.Streams;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Runs;

public sealed class RunIdTests
{
    static readonly FakeTimeProvider s_time = new(new DateTimeOffset(2026, 11, 23, 23, 59, 0, TimeSpan.FromHours(-10)));

    [Theory]
    [InlineData("quickstart", "^quickstart-20261124-[0-9a-f]{6}$")]
    [InlineData("My Recipe: İ/..", "^my-recipe-20261124-[0-9a-f]{6}$")]
    [InlineData("///", "^run-20261124-[0-9a-f]{6}$")]
    public void New_AnyName_GivesAValidId(string name, string pattern)
    {
        var id = RunId.New(s_time, name);
        Assert.Matches(pattern, id.Value);
        Assert.Equal(id, RunId.Parse(id.ToString()));
    }

    [Fact]
    public void New_LongName_IsCutTo64() => Assert.Equal(64, RunId.New(s_time, new string('a', 200)).Value.Length);

    [Fact]
    public void New_Twice_Differs() => Assert.NotEqual(RunId.New(s_time, "a"), RunId.New(s_time, "a"));

    [Fact]
    public void Streams_OfARun_AreDistinct()
    {
        var id = RunId.Parse("a-1");
        Assert.Equal(("run-a-1", "run-a-1-evaluations"), (id.TrainingStream, id.EvaluationStream));
    }

    [Theory]
    [InlineData("run-a-1", "a-1")]
    [InlineData("run-a-1-evaluations", "a-1")]
    [InlineData("run-run-a", "run-a")]
    [InlineData("deleted-runs", null)]
    [InlineData("run-", null)]
    [InlineData("run--evaluations-evaluations", null)]
    public void OfStream_AnyStream_GivesTheRunThatOwnsIt(string stream, string? run) => Assert.Equal(run, RunId.OfStream(stream)?.Value);

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("../x")]
    [InlineData("a\n")]
    [InlineData("run\0")]
    [InlineData("x-evaluations")] // its training stream would be the evaluation stream of x
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Parse_NotAnId_Throws(string text)
    {
        Assert.False(RunId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => RunId.Parse(text));
    }

    [Fact]
    public void Value_OfDefault_Throws() => Assert.Throws<InvalidOperationException>(() => default(RunId).TrainingStream);
}
