using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Inquiry;

namespace ActorRlhf.Host.Tests.Api;

public sealed class AskedBenchmarkTests
{
    const string Choice = """{"question":"Who?","choices":["Lily","Tim"],"answer":0}""";
    const string Problem = """{"question":"1 + 1?","answer":"It is 2. #### 2"}""";

    static Benchmark Read(BenchmarkRequest request) => AskedBenchmark.Of(request, ("questions", "sent"), ("shotsText", "sent"), false);

    [Theory]
    [InlineData(null, 3, "format=text")]
    [InlineData(3, 3, "format=text")]
    [InlineData(9, 3, "format=text")]
    [InlineData(2, 2, "format=text limit=2")]
    public void Of_Limit_IsASettingWhereItLeavesQuestionsOut(int? limit, int count, string settings)
    {
        var benchmark = Read(new BenchmarkRequest("multiple-choice", $"{Choice}\n{Choice}\n{Choice}\n", Limit: limit));
        Assert.Equal((count, settings), (benchmark.Count, benchmark.Settings));
    }

    [Fact]
    public void Of_Gsm8k_SaysHowItIsAsked() => Assert.Equal(
        "maxTokens=32 shots=1",
        Read(new BenchmarkRequest("gsm8k", Problem, Shots: 1, ShotsText: Problem, MaxTokens: 32)).Settings);

    [Theory]
    [InlineData("task: 'mmlu' is not gsm8k or multiple-choice", "mmlu")]
    [InlineData("format: 'song' is not text or letters", "multiple-choice", "song")]
    [InlineData("limit: '0' is not at least 1", "multiple-choice", "text", 0)]
    [InlineData("shots: '65' is not from 0 to 64", "gsm8k", "text", null, 65)]
    [InlineData("maxTokens: '0' is not at least 1", "gsm8k", "text", null, 0, 0)]
    public void Of_WhatIsNone_IsRefused(
        string why, string task, string format = "text", int? limit = null, int shots = 0, int tokens = 8) => Assert.StartsWith(
            why,
            Assert.Throws<QueryException>(() => Read(new BenchmarkRequest(
                task, Problem, Format: format, Shots: shots, MaxTokens: tokens, Limit: limit))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("questions: sent: it has no items", "", null)]
    [InlineData("questions: sent: line 1", "no JSON", null)]
    [InlineData("shotsText: sent: the file has 0 examples", Problem, "")]
    public void Of_TextThatIsNoSuchFile_IsRefused(string why, string questions, string? shots) => Assert.StartsWith(
        why,
        Assert.Throws<BenchFileException>(() => Read(new BenchmarkRequest(
            "gsm8k", questions, Shots: shots is null ? 0 : 1, ShotsText: shots))).Message,
        StringComparison.Ordinal);
}
