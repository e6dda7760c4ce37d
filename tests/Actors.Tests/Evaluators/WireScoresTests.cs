using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>What may be on the wire, and what may not.</summary>
public sealed class WireScoresTests
{
    static readonly EvaluationItem[] s_items = [new("a", "p", "c"), new("b", "p", "c")];
    static readonly Metric[] s_metrics = [new("m", MetricDirection.None, MetricRole.Development, "")];
    const string A = """{"id":"a","scores":{"m":1}}""", B = """{"id":"b","scores":{"m":2.5}}""";

    public static TheoryData<string, string> Wrong => new()
    {
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}}]}""", "1 results for the 2 items" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{{{{A}}}}]}""", "two results for item 'a'" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"../c","scores":{"m":1}}]}""", "item '../c', which is none" },
        { $$$$"""{"type":"scores","batch":6,"items":[{{{{A}}}},{{{{B}}}}]}""", "it answered batch 6, expected 7" },
        { $$$$"""{"type":"scores","batch":"7","items":[{{{{A}}}},{{{{B}}}}]}""", "it answered batch '7', expected 7" },
        { $$$$"""{"type":"score","batch":7,"items":[{{{{A}}}},{{{{B}}}}]}""", "expected a message of the type scores" },
        { $$$$"""{"batch":7,"items":[{{{{A}}}},{{{{B}}}}]}""", "expected a message of the type scores" },
        { """{"type":"scores","batch":7}""", "expected a message of the type scores" },
        { """{"type":"scores","batch":7,"items":{}}""", "items of batch 7 are an object, expected an array" },
        { """{"type":"scores","batch":7,"items":["a"]}""", "an item is 'a', expected an object" },
        { """{"type":"scores","batch":7,"items":[],"items":[]}""", "0 results for the 2 items" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"scores":{"m":1}}]}""", "item 1 of an answer has no id" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","id":"b","scores":{"m":1}}]}""", "an item has two ids" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":1,"scores":{"m":1}}]}""", "the id of an item is 1, expected a text" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b"}]}""", "item 'b' has no score for the metric 'm'" },
        {
            $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"n":1}}]}""",
            "item 'b' has no score for the metric 'm'"
        },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"m":1,"m":2}}]}""", "two scores for the metric 'm'" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":[1]}]}""", "scores are an array, expected an object" },
        {
            $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"m":"1"}}]}""",
            "is '1', expected a finite number or null"
        },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"m":true}}]}""", "is true, expected a finite number" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"m":1e999}}]}""", "is 1e999, expected a finite number" },
        {
            $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"m":NaN}}]}""",
            "which cannot be read: 'N' is an invalid"
        },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"m":{}}}]}""", "an object without a value" },
        {
            $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","scores":{"m":{"value":1,"reason":2}}}]}""",
            "reason of a score is 2"
        },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{"id":"b","error":3}]}""", "an error is 3, expected a text" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},{{{{B}}}}]} {}""", "cannot be read" },
        { $$$$"""{"type":"scores","batch":7,"items":[{{{{A}}}},""", "cannot be read" },
        { "", "cannot be read" },
        { "null", "expected a message of the type scores" },
        { "Traceback (most recent call last):", "cannot be read" },
        { string.Concat(Enumerable.Repeat("[", 1000)), "expected a message of the type scores" },
        { "{\"x\":" + string.Concat(Enumerable.Repeat("[", 1000)), "cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongAnswer_SaysWhatIsWrong(string line, string reason)
    {
        var thrown = Assert.Throws<WireFormatException>(() => Read(line));
        Assert.Contains(reason, thrown.Message);
    }

    [Fact]
    public void Read_AnyOrderAndMore_AreTheResultsInTheItemsOrder()
    {
        var results = Read("""
            {"note":[{"x":1}],"items":[{"scores":{"other":"x","m":{"why":1,"value":-2e3,"extracted":"x","reason":null}},"id":"b","more":{}},
            {"error":"too short","id":"a","scores":{}}],"batch":7,"type":"scores"}
            """);

        Assert.Equal(new FailedItem("a", "too short"), results[0]);
        var scored = Assert.IsType<ScoredItem>(results[1]);
        Assert.Equal(("b", new Score(-2000, "x")), (scored.ItemId, scored.Scores["m"]));
        Assert.Equal("m", Assert.Single(scored.Scores).Key);
    }

    [Fact]
    public void Read_NullScore_DoesNotApply() =>
        Assert.Null(((ScoredItem)Read($$$$"""
            {"type":"scores","batch":7,"items":[{"id":"a","scores":{"m":null}},{{{{B}}}}]}
            """)[0]).Scores["m"].Value);

    [Fact]
    public void WriteScore_Everything_IsOneLineThatSaysIt()
    {
        var message = new ArrayBufferWriter<byte>();
        WireRequests.WriteScore(message, 7,
        [
            new EvaluationItem("a", "p\n\"q\"", "c\ud800") { LogProbs = [-0.5f, float.NegativeInfinity] },
            new EvaluationItem("b", "p", "c")
            {
                PromptId = "x",
                Sample = 2,
                Reference = "r",
                Slices = new Dictionary<string, string> { ["family"] = "style" },
                StopReason = EvaluationItem.StoppedByEos,
                TokenCount = 3,
                Scores = new Dictionary<string, double> { ["rm-0"] = 0.25 },
                OtherCompletion = "d",
            },
        ]);

        var text = Encoding.UTF8.GetString(message.WrittenSpan);
        Assert.Equal(text.Length - 1, text.IndexOf('\n'));
        var items = JsonDocument.Parse(text).RootElement.GetProperty("items");
        Assert.Equal("p\n\"q\"", items[0].GetProperty("prompt").GetString());
        Assert.Equal("c\ufffd", items[0].GetProperty("completion").GetString());
        Assert.Equal("[-0.5,null]", items[0].GetProperty("logprobs").GetRawText());
        Assert.Equal(
            """
            {"id":"b","promptId":"x","sample":2,"prompt":"p","completion":"c","reference":"r","slices":{"family":"style"},
            """
            + """
            "stopReason":"eos","tokenCount":3,"scores":{"rm-0":0.25},"otherCompletion":"d"}
            """,
            items[1].GetRawText());
    }

    static IReadOnlyList<ItemResult> Read(string line) => WireScores.Read(Encoding.UTF8.GetBytes(line), 7, s_items, s_metrics);
}
