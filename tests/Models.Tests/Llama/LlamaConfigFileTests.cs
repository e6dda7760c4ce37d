using System.Text.Json.Nodes;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tests.Files;

namespace ActorRlhf.Models.Tests.Llama;

public sealed class LlamaConfigFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    LlamaConfig Read(string json, HeadKind head = HeadKind.LanguageModel) => LlamaConfigFile.Read(_folder.Write("config.json", json), head);

    IReadOnlyList<string> Problems(string json) => Assert.Throws<ModelFolderException>(() => Read(json)).Problems;

    /// <summary>A good configuration with one key set to something else.</summary>
    static string With(string key, string value)
    {
        var config = JsonNode.Parse("""
            {"model_type":"llama","hidden_size":8,"intermediate_size":12,"num_hidden_layers":2,"num_attention_heads":2,"vocab_size":12}
            """)!;
        config[key] = JsonNode.Parse(value);
        return config.ToJsonString();
    }

    [Theory]
    [InlineData(HeadKind.LanguageModel)]
    [InlineData(HeadKind.Scalar)]
    public void Write_AnyConfig_IsReadAgain(HeadKind head)
    {
        LlamaConfigFile.Write(_folder.File("config.json"), Tiny.Config, head);
        Assert.Equal(Tiny.Config, LlamaConfigFile.Read(_folder.File("config.json"), head));
    }

    [Fact]
    public void Write_TinyConfig_HasExactlyThisText() // names on disk are an API
    {
        LlamaConfigFile.Write(_folder.File("config.json"), Tiny.Config with { RopeTheta = 10000 }, HeadKind.LanguageModel);
        Assert.Equal("""
            {
              "architectures": [
                "LlamaForCausalLM"
              ],
              "model_type": "llama",
              "hidden_act": "silu",
              "hidden_size": 8,
              "intermediate_size": 12,
              "num_hidden_layers": 2,
              "num_attention_heads": 2,
              "num_key_value_heads": 1,
              "head_dim": 4,
              "vocab_size": 12,
              "max_position_embeddings": 64,
              "rms_norm_eps": 1E-06,
              "rope_theta": 10000.0,
              "tie_word_embeddings": false,
              "attention_bias": false,
              "mlp_bias": false,
              "bos_token_id": 1,
              "eos_token_id": 3,
              "torch_dtype": "float32"
            }
            """.ReplaceLineEndings("\n"), File.ReadAllText(_folder.File("config.json")));
    }

    [Fact]
    public void Read_OnlyTheSizes_OthersAreHuggingFacesDefaults()
    {
        var config = Read(With("hidden_size", "8"));
        Assert.Equal((2, 2048, 1e-6, 10000, false, 1, 2),
            (config.KeyValueHeads, config.MaxPositions, config.RmsNormEpsilon,
                config.RopeTheta, config.TieWordEmbeddings, config.BosTokenId, config.EosTokenId));
    }

    [Fact]
    public void Read_UnknownKeys_AreIgnored() => Assert.Equal(8, Read(With("initializer_range", "0.02")).HiddenSize);

    [Fact]
    public void Read_RopeParameters_GiveTheBase() =>
        Assert.Equal(500000, Read(With("rope_parameters", """{"rope_type":"default","rope_theta":500000.0}""")).RopeTheta);

    [Theory]
    [InlineData("""{"rope_type":"default","rope_theta":500000.0}""")]
    [InlineData("""{"type":"default","rope_theta":500000}""")] // the old name
    [InlineData("""{"rope_type":"default","type":"default","rope_theta":5e5,"partial_rotary_factor":1.0,"factor":null}""")]
    public void Read_RopeParametersBesideABase_Win(string parameters)
    {
        var config = JsonNode.Parse(With("rope_theta", "10000.0"))!;
        config["rope_parameters"] = JsonNode.Parse(parameters);
        Assert.Equal(500000, Read(config.ToJsonString()).RopeTheta);
    }

    [Fact]
    public void Read_RopeParametersWithoutABase_TakeTheOneBesideThem()
    {
        var config = JsonNode.Parse(With("rope_theta", "777.0"))!;
        config["rope_parameters"] = JsonNode.Parse("""{"rope_type":"default"}""");
        Assert.Equal(777, Read(config.ToJsonString()).RopeTheta);
    }

    [Theory]
    [InlineData("""{"rope_type":"default"}""", true)]
    [InlineData("""{"type":"default","rope_theta":10000.0}""", true)]
    [InlineData("""{"rope_type":"default","rope_theta":500000.0}""", false)] // version 4 takes 10000, version 5 500000
    [InlineData("""{"rope_type":"default","factor":2.0}""", false)]
    [InlineData("""{"rope_type":"linear","factor":2.0}""", false)]
    [InlineData("{}", false)]
    public void Read_RopeScaling_IsTakenWhereEveryVersionReadsNoScaling(string scaling, bool isTaken)
    {
        if (isTaken) Assert.Equal(10000, Read(With("rope_scaling", scaling)).RopeTheta);
        else Assert.Contains("'rope_scaling' is {", Assert.Single(Problems(With("rope_scaling", scaling))));
    }

    [Fact]
    public void Read_RopeScalingBesideRopeParameters_IsRefused()
    {
        var config = JsonNode.Parse(With("rope_scaling", """{"rope_type":"default"}"""))!;
        config["rope_parameters"] = JsonNode.Parse("""{"rope_type":"default"}""");
        Assert.Contains("'rope_scaling'", Assert.Single(Problems(config.ToJsonString())));
    }

    /// <summary>What folders on the hub carry and what the transformers library writes: nothing of it changes a number.</summary>
    [Theory]
    [InlineData("hidden_act", "\"swish\"")]
    [InlineData("attention_dropout", "0.1")]
    [InlineData("pretraining_tp", "2")]
    [InlineData("use_cache", "false")]
    [InlineData("torch_dtype", "\"bfloat16\"")]
    [InlineData("dtype", "\"float16\"")]
    [InlineData("_attn_implementation_autoset", "true")]
    [InlineData("_flash_attn_2_enabled", "true")]
    [InlineData("rope_interleaved", "false")]
    [InlineData("is_llama_config", "true")]
    [InlineData("pad_token_id", "-1")]
    [InlineData("max_sequence_length", "2048")]
    [InlineData("pruned_heads", "{}")]
    [InlineData("repetition_penalty", "1.0")]
    [InlineData("temperature", "0.6")]
    [InlineData("transformers.js_config", """{"dtype":"q4","kv_cache_dtype":{"q4f16":"float16"}}""")]
    [InlineData("id2label", """{"0":"A","1":"B"}""")]
    [InlineData("partial_rotary_factor", "1.0")]
    [InlineData("sliding_window", "null")]
    [InlineData("sliding_window", "64")]
    [InlineData("layer_types", """["full_attention","full_attention"]""")]
    [InlineData("is_causal", "true")]
    [InlineData("some_future_key", """{"a":[1]}""")]
    public void Read_KeyThatChangesNoNumber_IsPassedOver(string key, string value)
    {
        var config = JsonNode.Parse(With(key, value))!;
        config["max_position_embeddings"] = 64;
        Assert.Equal(Read(With("max_position_embeddings", "64")), Read(config.ToJsonString()));
    }

    /// <summary>
    /// Keys of other families, of quantizers and of whoever comes next: what they ask for would be left out without a word.
    /// </summary>
    [Theory]
    [InlineData("partial_rotary_factor", "0.5")]
    [InlineData("rotary_pct", "0.25")]
    [InlineData("sliding_window", "32")]
    [InlineData("use_sliding_window", "true")]
    [InlineData("layer_types", """["full_attention","sliding_attention"]""")]
    [InlineData("layer_types", """["full_attention"]""")]
    [InlineData("final_logit_softcapping", "30.0")]
    [InlineData("attn_logit_softcapping", "50.0")]
    [InlineData("use_bidirectional_attention", "true")]
    [InlineData("is_causal", "false")]
    [InlineData("num_local_experts", "2")]
    [InlineData("embedding_multiplier", "12.0")]
    [InlineData("attention_multiplier", "1.0")]
    [InlineData("logits_scaling", "8.0")]
    [InlineData("logit_scale", "0.0625")]
    [InlineData("use_qk_norm", "true")]
    [InlineData("clip_qkv", "8.0")]
    [InlineData("alibi", "true")]
    [InlineData("scale_attn_weights", "false")]
    [InlineData("quantization", """{"group_size":64,"bits":4}""")]
    [InlineData("compression_config", """{"quant_method":"compressed-tensors"}""")]
    [InlineData("auto_map", """{"AutoModelForCausalLM":"modeling_x.XForCausalLM"}""")]
    [InlineData("no_rope_layers", "[1,0]")]
    [InlineData("pruned_heads", """{"0":[1]}""")]
    [InlineData("is_encoder_decoder", "true")]
    [InlineData("repetition_penalty", "1.1")]
    [InlineData("architectures", """["LlamaForCausalLM","XForCausalLM"]""")]
    public void Read_KeyThatAsksForAnotherComputation_IsRefused(string key, string value)
    {
        var config = JsonNode.Parse(With(key, value))!;
        config["max_position_embeddings"] = 64;
        Assert.StartsWith($"'{key}' is {JsonNode.Parse(value)!.ToJsonString()}; expected", Assert.Single(Problems(config.ToJsonString())));
    }

    [Theory]
    [InlineData("num_labels", "1", null)]
    [InlineData("id2label", """{"0":"REWARD"}""", null)]
    [InlineData("num_labels", "2", "'num_labels' is 2; expected 1")]
    [InlineData("id2label", """{"0":"A","1":"B"}""", """'id2label' is {"0":"A","1":"B"}; expected one label""")]
    [InlineData("hidden_size", "8", "'id2label' and 'num_labels' are missing, which means two labels")]
    public void Read_ClassifierWithOtherThanOneLabel_IsRefused(string key, string value, string? problem)
    {
        if (problem is null) Assert.Equal(8, Read(With(key, value), HeadKind.Scalar).HiddenSize);
        else
            Assert.Contains(problem,
                Assert.Single(Assert.Throws<ModelFolderException>(() => Read(With(key, value), HeadKind.Scalar)).Problems));
    }

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "'model_type' is \"gpt2\"; expected \"llama\"")]
    [InlineData("architectures", "[\"MistralForCausalLM\"]", "expected [\"LlamaForCausalLM\"]")]
    [InlineData("architectures", "\"LlamaForCausalLM\"", "expected [\"LlamaForCausalLM\"]")]
    [InlineData("hidden_act", "\"gelu\"", "'hidden_act' is \"gelu\"; expected \"silu\"")]
    [InlineData("attention_bias", "true", "'attention_bias' is true; expected false")]
    [InlineData("mlp_bias", "true", "'mlp_bias' is true")]
    [InlineData("rope_scaling", "{\"rope_type\":\"llama3\"}", "'rope_scaling' is {\"rope_type\":\"llama3\"}; expected null")]
    [InlineData("rope_parameters", "{\"rope_type\":\"yarn\"}", "'rope_parameters.rope_type' is \"yarn\"; expected \"default\"")]
    [InlineData("quantization_config", "{}", "'quantization_config' is {}")]
    [InlineData("num_attention_heads", "3", "'hidden_size' is 8; expected a multiple of num_attention_heads 3")]
    [InlineData("num_attention_heads", "16", "'hidden_size' is 8; expected a multiple of num_attention_heads 16")]
    [InlineData("num_attention_heads", "8", "the head size is 1; expected an even number")]
    [InlineData("num_key_value_heads", "3", "'num_key_value_heads' is 3; expected a divisor of num_attention_heads 2")]
    [InlineData("head_dim", "8", "'head_dim' is 8; expected hidden_size / num_attention_heads = 4")]
    [InlineData("hidden_size", "-8", "'hidden_size' is -8; expected an integer from 1 to")]
    [InlineData("hidden_size", "8.5", "'hidden_size' is 8.5")]
    [InlineData("hidden_size", "\"8\"", "'hidden_size' is \"8\"")]
    [InlineData("vocab_size", "2147483647", "expected at most 2147483591")]
    [InlineData("num_hidden_layers", "1000000000", "'num_hidden_layers' is 1000000000; expected an integer from 1 to 1000")]
    [InlineData("rms_norm_eps", "0", "'rms_norm_eps' is 0; expected a positive number")]
    [InlineData("rope_theta", "1e999", "'rope_theta' is 1e999; expected a positive number")]
    [InlineData("eos_token_id", "[]", "'eos_token_id' is []; expected an integer from 0 to 11, or a list of them")]
    [InlineData("eos_token_id", "[2,12]", "'eos_token_id' is [2,12]; expected an integer from 0 to 11, or a list of them")]
    [InlineData("eos_token_id", "null", "'eos_token_id' is null; expected an integer")]
    [InlineData("rope_parameters", "{\"factor\":4.0}", "'rope_parameters.factor' is 4.0; expected no such key")]
    [InlineData("rope_parameters", "{\"type\":\"llama3\"}", "'rope_parameters.type' is \"llama3\"; expected \"default\"")]
    [InlineData("rope_parameters", "{\"partial_rotary_factor\":0.5}", "'rope_parameters.partial_rotary_factor' is 0.5")]
    [InlineData("rope_parameters", "{\"full_attention\":{\"rope_type\":\"default\"}}", "'rope_parameters.full_attention' is {")]
    [InlineData("max_position_embeddings", "1048577", "'max_position_embeddings' is 1048577")]
    [InlineData("eos_token_id", "12", "'eos_token_id' is 12; expected an integer from 0 to 11")]
    [InlineData("eos_token_id", "1", "expected another id than bos_token_id")]
    public void Read_WrongKey_NamesKeyValueAndWhatIsExpected(string key, string value, string problem) =>
        Assert.Contains(problem, Assert.Single(Problems(With(key, value))));

    [Fact]
    public void Read_WrongValueOfSeveralLines_IsNamedOnOne() => Assert.StartsWith(
        "'rope_scaling' is {\"type\":\"línear\",\"factor\":2.50}; expected",
        Assert.Single(Problems(With("hidden_size", "8").Replace(
            "{", "{\"rope_scaling\": {\n  \"type\": \"línear\",\n  \"factor\": 2.50\n},", StringComparison.Ordinal))));

    [Fact]
    public void Read_NothingInIt_NamesEveryMissingKey() => Assert.Equal(
        ["model_type", "num_attention_heads", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers"],
        Problems("{}").Select(problem => problem.Split('\'')[1]));

    [Fact]
    public void Read_SequenceClassifierAsPolicy_IsRefused() =>
        Assert.Contains("LlamaForSequenceClassification",
            Assert.Single(Problems(With("architectures", "[\"LlamaForSequenceClassification\"]"))));

    [Theory]
    [InlineData("", "this is an empty file")]
    [InlineData(" \n", "there is no '{' at the beginning")]
    [InlineData("[]", "this is a JSON array")]
    [InlineData("{\n\"a\":1,\n", "line 3, byte 1: the JSON breaks off")]
    [InlineData("{\n\"a\":1,\n\"b\" 2\n}", "line 3, byte 5: '2' cannot stand there in JSON")]
    [InlineData("{\"a\":1} x", "byte 9: 'x' cannot stand there in JSON")]
    [InlineData("{\"a\":{\"b\":8,\n\"b\":8}}", "line 2, byte 1: the key 'b' is there for the second time")]
    [InlineData("{\"hidden_act\":\"\\ud800\"}", "byte 15: the string holds a lone surrogate")]
    public void Read_NotOneJsonObject_IsRefusedAtItsPlace(string json, string problem) =>
        Assert.Equal($"{problem}; expected a JSON object", Assert.Single(Problems(json)));

    [Fact]
    public void Read_DeepJson_IsRefused() => Assert.Contains("byte 37: more than 32 levels of brackets",
        Assert.Single(Problems("{\"a\":" + new string('[', 100_000))));

    [Fact]
    public void Read_HugeFile_IsRefusedUnread()
    {
        using (var file = File.Create(_folder.File("config.json"))) file.SetLength(1L << 32); // sparse
        Assert.Contains("larger than",
            Assert.Throws<ModelFolderException>(() => LlamaConfigFile.Read(_folder.File("config.json"), HeadKind.Scalar)).Message);
    }

    [Fact]
    public void Read_HugeFileBehindALink_IsRefusedUnread()
    {
        using (var file = File.Create(_folder.File("blob"))) file.SetLength(1L << 32); // sparse
        File.CreateSymbolicLink(_folder.File("config.json"), "blob");
        Assert.Contains("larger than",
            Assert.Throws<ModelFolderException>(() => LlamaConfigFile.Read(_folder.File("config.json"), HeadKind.Scalar)).Message);
    }

    [Fact]
    public void Read_ByteOrderMark_IsPassedOver() => Assert.Equal(8, Read("\ufeff" + With("hidden_size", "8")).HiddenSize);

    [Theory]
    [InlineData("\uffff{}", "cannot stand there in JSON")]
    [InlineData("\n<html>", "this is a web page")]
    [InlineData("<?xml version=\"1.0\"?><Error>", "this is XML")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "this is a Git LFS pointer")]
    [InlineData("<!DOCTYPE html>", "this is a web page")]
    [InlineData("../../blobs/config.json", "this is the text of a symbolic link")]
    public void Read_AnotherFormat_IsNamed(string text, string problem) => Assert.Contains(problem, Assert.Single(Problems(text)));

    [Fact]
    public void Read_Utf16_IsNamed()
    {
        File.WriteAllText(_folder.File("config.json"), "{}", System.Text.Encoding.Unicode);
        Assert.Contains("this is a text in UTF-16",
            Assert.Throws<ModelFolderException>(() => LlamaConfigFile.Read(_folder.File("config.json"), HeadKind.Scalar)).Message);
    }

    [Fact]
    public void Read_NamedPipe_IsRefusedWithoutWaiting() => Assert.Contains("a named pipe",
        Assert.Throws<ModelFolderException>(() =>
            LlamaConfigFile.Read(NamedPipe.Create(_folder.File("config.json")), HeadKind.Scalar)).Message);

    public void Dispose() => _folder.Dispose();
}
