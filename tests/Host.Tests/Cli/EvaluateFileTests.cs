using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Contracts;
using Parquet;
using Parquet.Schema;

namespace ActorRlhf.Host.Tests.Cli;

public sealed class EvaluateFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-evaluate-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Evaluate_Items_PrintsALineForEachAndTheAggregates()
    {
        var file = Write("a.jsonl", """
            {"prompt":"p","completion":"hi","tokenCount":7,"family":"x","label":true}
            {"completion":"hi","tokenCount":3,"family":"y"}
            """);

        var result = await EvaluateAsync(file, "length");

        Assert.Equal((ExitCode.Done, ""), (result.Code, result.Error));
        // Mean (7 + 3) / 2; squares 4 + 4, √(8 / 1 / 2) = 2.
        Assert.Equal(
            """
            {"index":0,"scores":{"length":{"value":7,"extracted":null,"reason":null}}}
            {"index":1,"scores":{"length":{"value":3,"extracted":null,"reason":null}}}
            {"aggregates":{"length":{"mean":5,"standardError":2,"n":2,"failed":0}},"slices":SLICES}

            """,
            result.Out.Replace("""{"length":{"mean":7,"standardError":null,"n":1,"failed":0}}""", "SEVEN", StringComparison.Ordinal)
                .Replace("""{"length":{"mean":3,"standardError":null,"n":1,"failed":0}}""", "THREE", StringComparison.Ordinal)
                .Replace("""{"family":{"x":SEVEN,"y":THREE},"label":{"true":SEVEN}}""", "SLICES", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("empty.jsonl", "")]
    [InlineData("blank.jsonl", "\n\n")]
    [InlineData("header.csv", "prompt,completion\n")]
    public async Task Evaluate_FileWithoutCompletions_IsNoSuccess(string name, string text)
    {
        var file = Write(name, text);

        var result = await EvaluateAsync(file, "length");

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains($"{file}: it has no completions", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_RowsThatCannotBeRead_FailByThemselves()
    {
        var file = Write("a.jsonl", """
            {"completion":"hi","tokenCount":4}
            broken

            {"prompt":"p"}
            {"completion":5}
            {"completion":"x","tokenCount":1.5}
            {"completion":"x","prompt":["p"]}
            """);

        var result = await EvaluateAsync(file, "length");

        Assert.Equal(ExitCode.Failed, result.Code);
        var lines = result.Lines();
        Assert.Equal([0, 1, 2, 3, 4, 5], lines[..^1].Select(line => line.GetProperty("index").GetInt32()));
        Assert.Equal(["index", "error"], lines[1].Names());
        Assert.StartsWith($"{file}, line 2: it is no JSON", Error(lines[1]), StringComparison.Ordinal);
        Assert.Equal($"{file}, line 4: completion is missing, expected a text", Error(lines[2]));
        Assert.Equal($"{file}, line 5: completion is 5, expected a text", Error(lines[3]));
        Assert.Equal($"{file}, line 6: tokenCount is 1.5, expected a whole number from 0", Error(lines[4]));
        Assert.Equal($"{file}, line 7: prompt is a list or an object, expected a text", Error(lines[5]));
        Assert.Equal("""{"mean":4,"standardError":null,"n":1,"failed":5}""", Aggregate(result, "length").GetRawText());
    }

    [Fact]
    public async Task Evaluate_SameRowsInEveryFormat_SaysTheSame()
    {
        string[] completions = ["So: #### 4", "\"5,5\"\nlines\r\n#### 5", "Größe 🙂 #### 6", ""];
        int[] answers = [4, 6, 6, 7];
        var json = string.Join('\n', completions.Zip(answers, (completion, answer) => JsonSerializer.Serialize(
            new { prompt = "p", completion, reference = answer, family = answer > 5 ? "large" : "small" })));
        var csv = "prompt,completion,reference,family\r\n" + string.Concat(completions.Zip(answers, (completion, answer) =>
            $"p,\"{completion.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{answer},{(answer > 5 ? "large" : "small")}\r\n"));
        string[] files =
        [
            Write("a.jsonl", json), Write("a.ndjson", json + "\n"), Write("a.txt", json), Write("a.csv", csv),
            Write("b.csv", "\ufeff" + csv), Packed("a.jsonl.gz", json), Packed("a.csv.gz", csv),
            await ParquetAsync("a.parquet", completions, answers),
        ];

        var results = new List<App.Result>();
        foreach (var file in files) results.Add(await EvaluateAsync(file, "gsm8k"));

        Assert.All(results, result => Assert.Equal((ExitCode.Done, results[0].Out), (result.Code, result.Out)));
        Assert.Equal("""{"mean":0.5,"standardError":0.28867513459481287,"n":4,"failed":0}""", Aggregate(results[0], "best").GetRawText());
        Assert.Equal(["large", "small"], results[0].Lines()[^1].GetProperty("slices").GetProperty("family").Names());
    }

    [Fact]
    public async Task Evaluate_LengthBins_GivesEachMetricAtEqualLength()
    {
        var file = Write("a.jsonl", string.Join('\n', Enumerable.Range(0, 12).Select(words =>
            JsonSerializer.Serialize(new { completion = string.Join(' ', Enumerable.Repeat("word", words)), group = words }))));

        var result = await EvaluateAsync(file, "verbosity", "--length-bins", "5");

        var words = result.Lines()[^1].GetProperty("slices").GetProperty("words");
        Assert.Equal(["0-4", "5-9", "10-14"], words.Names());
        Assert.Equal([5, 5, 2], words.EnumerateObject().Select(bin => bin.Value.GetProperty("words").GetProperty("n").GetInt32()));
        Assert.Equal(Enumerable.Range(0, 12).Select(group => group.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            result.Lines()[^1].GetProperty("slices").GetProperty("group").Names());
    }

    [Fact]
    public async Task Evaluate_RenamedColumns_AreTheFields()
    {
        var file = Write("a.csv", "question,answer,gold\nhow many?,#### 3,3\n");

        var result = await EvaluateAsync(
            file, "gsm8k", "--field", "completion=answer", "--field", "prompt=question", "--field", "reference=gold");

        Assert.Equal((ExitCode.Done, 1), (result.Code, Aggregate(result, "best").GetProperty("mean").GetInt32()));
        Assert.False(result.Lines()[^1].TryGetProperty("slices", out _));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"x\",\"id\":1}", "length")]
    [InlineData("a.csv", "text,id\nx,1\n", "length")]
    [InlineData("a.csv", "completion,text,id\nx,y,1\n", "diversity", "it has completion, text, id")]
    [InlineData("a.csv", "completion,text,id\nx,y,1\n", "entropy", "it has no column 'logProbs'")]
    [InlineData("a.json", "[{\"completion\":\"x\"}]", "length", "it is a JSON array")]
    [InlineData("a.parquet", "completion\nx\n", "length", "it does not begin with PAR1")]
    [InlineData("a.txt", "completion\nx\n", "length", "expected JSON lines")]
    [InlineData("a.csv", "", "length", "it is empty")]
    public async Task Evaluate_FileThatCannotBeScored_IsRefusedBeforeAnythingIsPrinted(
        string name, string content, string evaluator,
        string expected = "it has no column 'completion', expected completion; it has text, id")
    {
        var file = Write(name, content);

        var result = await EvaluateAsync(file, evaluator);

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.StartsWith($"{file}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "give RUN, whose log is judged, or --file FILE", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "not both", "latest", "--file", "x.jsonl", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "--setting belongs to --file", "latest", "--setting", "a=b", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "--set belongs to RUN", "--file", "x.jsonl", "--set", "all", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "--steps belongs to RUN", "--file", "x.jsonl", "--steps", "1", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "--server belongs to RUN", "--file", "x.jsonl", "--server", "http://x", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "--field: 'nonsense' is not field=column", "--file", "x", "--field", "nonsense", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "--field: 'text' is not one of prompt", "--file", "x", "--field", "text=a", "--evaluator", "length")]
    [InlineData(ExitCode.Usage, "there is no setting 'budget'", "--file", "x", "--setting", "budget=1", "--evaluator", "length")]
    [InlineData(ExitCode.NotFound, "there is no file 'x.jsonl'", "--file", "x.jsonl", "--evaluator", "length")]
    [InlineData(ExitCode.NotFound, "there is no evaluator 'nobody'", "--file", "x.jsonl", "--evaluator", "nobody")]
    public async Task Evaluate_WrongCommandLine_SaysWhatIs(int code, string expected, params string[] arguments)
    {
        var result = await App.RunAsync(["evaluate", .. arguments]);

        Assert.Equal((code, ""), (result.Code, result.Out));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gold", "pocket-gold")]
    [InlineData("gold-style", "pocket-gold-style")]
    public async Task Evaluate_Gold_IsThatOfPocket(string name, string id)
    {
        var file = Write("a.jsonl", """{"prompt":"who are you ?","completion":"x"}""");

        Assert.Equal(id, Assert.Single((await EvaluateAsync(file, name)).Lines()[^1].GetProperty("aggregates").Names()));
    }

    [Fact]
    public async Task Evaluate_Setting_IsObeyed()
    {
        var file = Write("a.jsonl", """{"completion":"one two three four"}""");

        var result = await EvaluateAsync(file, "verbosity", "--setting", "budget=3");

        Assert.Equal(1, Aggregate(result, "excess-words").GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task Evaluate_EvaluatorThatWasBrought_JudgesAsItWasBrought()
    {
        var data = Path.Combine(_folder, "data");
        await App.RunAsync(
            "evaluators", "inject", "--built-in", "verbosity", "--setting", "budget=3", "--id", "terse", "--data", data);
        var file = Write("a.jsonl", """{"completion":"one two three four"}""");

        var result = await EvaluateAsync(file, "terse", "--data", data);
        var refused = await EvaluateAsync(file, "terse", "--data", data, "--setting", "budget=2");

        Assert.Equal((ExitCode.Done, ExitCode.Usage), (result.Code, refused.Code));
        Assert.Equal(1, Aggregate(result, "excess-words").GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task Evaluate_Groups_AreJudgedTogetherAcrossBatches()
    {
        const int prompts = 400, samples = 3;
        var file = Write("a.jsonl", string.Join('\n', Enumerable.Range(0, prompts * samples).Select(i =>
            $$"""{"promptId":{{i / samples}},"completion":"w{{i % samples}}"}""")));

        var result = await EvaluateAsync(file, "diversity");

        // Three samples of one word each, all different, for each prompt; the first sample carries the value.
        Assert.Equal($$"""{"mean":1,"standardError":0,"n":{{prompts}},"failed":0}""", Aggregate(result, "distinct-1").GetRawText());
        Assert.All(result.Lines()[..^1], line => Assert.Equal(
            line.GetProperty("index").GetInt32() % samples == 0,
            line.GetProperty("scores").GetProperty("distinct-1").GetProperty("value").ValueKind is JsonValueKind.Number));
    }

    [Fact]
    public async Task Evaluate_ManyItems_AggregatesAreThoseOfAllValuesInOrder()
    {
        double[] tokens = [.. Enumerable.Range(0, 5_000).Select(i => (double)(i * 7919 % 1_003))];
        var file = Write("a.csv", "completion,tokenCount,id,part\n" + string.Concat(
            tokens.Select((count, i) => string.Create(CultureInfo.InvariantCulture, $"x,{count},{i},{i % 2}\n"))));

        var result = await EvaluateAsync(file, "length");

        var (expected, found) = (Summary.Of(tokens), Aggregate(result, "length"));
        Assert.Equal(expected.Mean, found.GetProperty("mean").GetDouble());
        Assert.Equal(expected.StandardError!.Value, found.GetProperty("standardError").GetDouble(), 1e-12);
        var lines = result.Lines();
        Assert.Equal(
            tokens, lines[..^1].Select(line => line.GetProperty("scores").GetProperty("length").GetProperty("value").GetDouble()));
        Assert.Equal(["part"], lines[^1].GetProperty("slices").Names());
        Assert.Equal("no slices, for more than 50 values or one of more than 100 characters: id\n", result.Error);
    }

    [Fact]
    public async Task Evaluate_WithoutJson_PrintsATableAndTheFirstFailures()
    {
        var file = Write(
            "a.jsonl", "{\"completion\":\"x\",\"tokenCount\":3,\"family\":\"a\"}\n" + string.Concat(Enumerable.Repeat("?\n", 12)));

        var result = await App.RunAsync("evaluate", "--file", file, "--evaluator", "length");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("standard error", result.Out, StringComparison.Ordinal);
        Assert.Contains("family", result.Out, StringComparison.Ordinal);
        var errors = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, errors.Length);
        Assert.StartsWith($"item 1: {file}, line 2: it is no JSON", errors[0], StringComparison.Ordinal);
        Assert.Equal("12 of 13 items could not be scored", errors[^1]);
    }

    [Fact]
    public async Task Evaluate_DamagedFile_IsRefused()
    {
        var text = string.Concat(Enumerable.Range(0, 4_000).Select(i => $"{{\"completion\":\"{i * 7919 % 4_001}\",\"tokenCount\":1}}\n"));
        var file = Packed("a.jsonl.gz", text);
        var bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, [.. bytes[..100], .. new byte[100]]);

        var result = await EvaluateAsync(file, "length");

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.StartsWith($"{file}: it cannot be read: ", result.Error, StringComparison.Ordinal);
    }

    Task<App.Result> EvaluateAsync(string file, string evaluator, params string[] more) =>
        App.RunAsync(["evaluate", "--file", file, "--evaluator", evaluator, "--json", .. more]);

    static JsonElement Aggregate(App.Result result, string metric) =>
        result.Lines()[^1].GetProperty("aggregates").GetProperty(metric);

    static string Error(JsonElement line) => line.GetProperty("error").GetString()!;

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    string Packed(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        gzip.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    /// <summary>A row group for each row; a number that may be null, one that may not, and a column that no field can be.</summary>
    async Task<string> ParquetAsync(string name, string[] completions, int[] answers)
    {
        var path = Path.Combine(_folder, name);
        var schema = new ParquetSchema(
            new DataField("prompt", typeof(string), isNullable: false), new DataField<string>("completion"),
            new DataField<int?>("reference"), new DataField<string>("family"), new DataField<DateTime>("at"));
        using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file);
        for (var i = 0; i < completions.Length; i++)
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(schema.DataFields[0], new[] { "p" });
            await group.WriteAsync(schema.DataFields[1], new[] { completions[i] });
            await group.WriteAsync<int>(schema.DataFields[2], new int?[] { answers[i] });
            await group.WriteAsync(schema.DataFields[3], new[] { answers[i] > 5 ? "large" : "small" });
            await group.WriteAsync<DateTime>(schema.DataFields[4], new[] { DateTime.UnixEpoch });
        }
        return path;
    }
}
