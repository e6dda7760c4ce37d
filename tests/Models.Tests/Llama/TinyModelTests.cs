using System.Text.Json;
using System.Text.Json.Nodes;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Weights;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Tests.Llama;

/// <summary>
/// Tiny models of real families with results in float64: a plain Llama gives them, everything else is refused by its key.
/// </summary>
public sealed class TinyModelTests : IDisposable
{
    static readonly string[] s_plain = ["llama", "llama-bf16", "llama-f16", "llama-tied-sharded", "llama-v5"];
    /// <summary>The key by which a folder of the same family is refused; of another family it is <c>model_type</c>.</summary>
    static readonly Dictionary<string, string> s_keys = new()
    {
        ["llama-bias"] = "attention_bias",
        ["llama-head-dim"] = "head_dim",
        ["llama-rope-dynamic"] = "rope_scaling",
        ["llama-rope-linear"] = "rope_scaling",
        ["llama-rope-llama3"] = "rope_scaling",
        ["llama-v5-llama3"] = "rope_parameters",
        ["reward-llama"] = "rope_scaling",
    };

    readonly TemporaryFolder _folder = new();
    readonly ComputeWorkers _workers = new(1);

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Plain => new(s_plain);

    public static TheoryData<string> Others => new(Directory.EnumerateDirectories(RealData.TinyModels).Select(Path.GetFileName)
        .Where(name => !s_plain.Contains(name)).Order(StringComparer.Ordinal)!);

    /// <summary>Number of the line, and why it is there.</summary>
    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (index, line) in AllCases().Index()) data.Add(index, $"{line["base"]}: {line["why"]}");
            return data;
        }
    }

    [RealDataTheory, MemberData(nameof(Plain))]
    public void Network_PlainLlama_GivesTheReference(string name)
    {
        var (weights, ends) = ModelFolder.ReadWithoutTokenizer(Folder(name), HeadKind.LanguageModel);
        var reference = Reference.Of(Folder(name));
        AssertReference(reference, Logits(weights, reference.InputIds));
        using var sampler = new TorchSampler(_workers, CPU);
        AssertGreedy(reference, sampler, weights, ends);
    }

    [RealDataTheory, MemberData(nameof(Plain))]
    public void CpuEngine_PlainLlama_GivesTheReference(string name)
    {
        var (weights, ends) = ModelFolder.ReadWithoutTokenizer(Folder(name), HeadKind.LanguageModel);
        var reference = Reference.Of(Folder(name));
        using var scorer = new CpuScorer(_workers);
        scorer.Load(weights);

        var logProbs = scorer.LogProbs([new TokenSequence(reference.InputIds, 1)], 1)[0];
        AssertClose(reference.InputLogProbs, logProbs, reference.Tolerance);

        // Log-probs of the next token are its logits but for one constant.
        var vocabulary = weights.Config.VocabularySize;
        TokenSequence[] longer = [.. Enumerable.Range(0, vocabulary).Select(id =>
            new TokenSequence([.. reference.InputIds, id], reference.InputIds.Length))];
        var next = scorer.LogProbs(longer, 1).Select(one => one[0]).ToArray();
        Assert.Equal(reference.Argmax, Array.IndexOf(next, next.Max()));
        for (var i = 0; i < reference.LastLogits.Length; i++)
            Assert.Equal(reference.LastLogits[i] - reference.LastLogits[0], next[i] - next[0], 2 * reference.Tolerance);

        using var sampler = new CpuDecoder(_workers);
        AssertGreedy(reference, sampler, weights, ends);
    }

    [RealDataTheory, MemberData(nameof(Others))]
    public void Read_AnythingElse_IsRefusedByItsKey(string name)
    {
        var head = name.StartsWith("reward", StringComparison.Ordinal) ? HeadKind.Scalar : HeadKind.LanguageModel;
        Assert.Contains($"'{Key(name)}", Refusal(Folder(name), head));
        Assert.Contains($"'{Key(name)}", Assert.Throws<ModelFolderException>(() => ModelFolder.Load(Folder(name), head)).Message);
    }

    [RealDataTheory, MemberData(nameof(Cases))]
    public void Read_ChangedConfig_IsRefusedByTheKeyOrChangesNothing(int index, string why)
    {
        var line = AllCases()[index];
        Assert.EndsWith((string)line["why"]!, why);
        var name = (string)line["base"]!;
        string[] keys = [.. (line["set"] as JsonObject ?? []).Select(entry => entry.Key),
            .. (line["unset"] as JsonArray ?? []).Select(key => (string)key!)];
        var head = name.StartsWith("reward", StringComparison.Ordinal) && (string?)line["set"]?["architectures"]?[0] != "LlamaForCausalLM"
            ? HeadKind.Scalar
            : HeadKind.LanguageModel;
        var folder = Changed(name, line);

        if ((string)line["expect"]! == "refused")
        {
            var message = Refusal(folder, head);
            Assert.True(keys.Any(key => message.Contains($"'{key}", StringComparison.Ordinal)) || Key(name) is "model_type", message);
        }
        else if (s_plain.Contains(name))
        {
            var (weights, _) = ModelFolder.ReadWithoutTokenizer(folder, head);
            Assert.Equal(ModelFolder.ReadWithoutTokenizer(Folder(name), head).Weights.Config, weights.Config);
            var reference = Reference.Of(Folder(name));
            AssertReference(reference, Logits(weights, reference.InputIds));
        }
        else Assert.Contains($"'{Key(name)}", Refusal(folder, head)); // as the folder itself
    }

    static string Key(string name) => s_keys.GetValueOrDefault(name, "model_type");

    static string Folder(string name) => Path.Combine(RealData.TinyModels, name);

    static JsonObject[] AllCases() =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(RealData.TinyModels, "config-cases.json")))!.AsArray()
            .Select(line => line!.AsObject())];

    /// <summary>
    /// The folder as links, with another config; of what a folder of plain
    /// Llama's family is refused for, only the line's own change is left.
    /// </summary>
    string Changed(string name, JsonObject line)
    {
        foreach (var file in Directory.EnumerateFiles(Folder(name))) File.CreateSymbolicLink(_folder.File(Path.GetFileName(file)), file);
        var config = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!.AsObject();
        if ((string)line["expect"]! == "refused" && Key(name) is not "model_type") config.Remove(Key(name));
        foreach (var (key, value) in line["set"] as JsonObject ?? []) config[key] = value?.DeepClone();
        foreach (var key in line["unset"] as JsonArray ?? []) config.Remove((string)key!);
        File.Delete(_folder.File("config.json"));
        _folder.Write("config.json", config.ToJsonString());
        return _folder.Path;
    }

    static string Refusal(string folder, HeadKind head) =>
        Assert.Throws<ModelFolderException>(() => ModelFolder.ReadWithoutTokenizer(folder, head)).Message;

    static void AssertReference(Reference reference, float[][] logits)
    {
        AssertClose(reference.LastLogits, logits[^1].AsSpan(0, reference.LastLogits.Length), reference.Tolerance);
        Assert.Equal(reference.Argmax, Array.IndexOf(logits[^1], logits[^1].Max()));
        var logProbs = reference.InputIds.Skip(1)
            .Select((id, t) => (float)ReferenceLlama.LogProbs([.. logits[t].Select(logit => (double)logit)], 1)[id]).ToArray();
        AssertClose(reference.InputLogProbs, logProbs, reference.Tolerance);
    }

    static void AssertGreedy(Reference reference, ISampler sampler, ModelWeights weights, IReadOnlyList<int> ends)
    {
        sampler.Load(weights);
        var options = new SamplingOptions
        {
            MaxTokens = reference.Greedy.Length,
            EosTokenId = ends[0],
            MoreEosTokenIds = [.. ends.Skip(1)],
            Greedy = true,
        };
        // A text that ends by itself must do so although there is room left.
        if (reference.EndsByItself) options = options with { MaxTokens = 2 * options.MaxTokens };
        var completion = sampler.Generate([new SampleRequest(reference.InputIds, 0, 0)], options)[0];
        Assert.Equal(reference.Greedy, completion.TokenIds);
        Assert.Equal(reference.EndsByItself ? StopReason.Eos : StopReason.Length, completion.StopReason);
    }

    float[][] Logits(ModelWeights weights, int[] ids) => _workers.Map(1, _ =>
    {
        using var mode = set_grad_enabled(false);
        using var scope = NewDisposeScope();
        using var network = new LlamaNetwork(weights.Config, weights.Head, CPU);
        network.Load(weights);
        var hidden = network.Hidden(tensor([.. ids.Select(id => (long)id)], [1, ids.Length]));
        var flat = network.Head(hidden.view(-1, weights.Config.HiddenSize)).data<float>().ToArray();
        return flat.Chunk(weights.Config.VocabularySize).ToArray();
    })[0];

    static void AssertClose(double[] expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }

    sealed record Reference(
        int[] InputIds, double[] LastLogits, int Argmax, double[] InputLogProbs, int[] Greedy, bool EndsByItself, double Tolerance)
    {
        public static Reference Of(string folder)
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
            var root = json.RootElement;
            T Get<T>(string key) => root.GetProperty(key).Deserialize<T>()!;
            return new(Get<int[]>("inputIds"), Get<double[]>("lastLogits"),
                Get<int>("argmax"), Get<double[]>("inputLogProbs"), Get<int[]>("greedy"),
                Get<string>("greedyStop") is "eos", Get<double>("tolerance"));
        }
    }
}
