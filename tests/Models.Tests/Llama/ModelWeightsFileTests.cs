using System.Security.Cryptography;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Llama;

public class ModelWeightsFileTests
{
    [Theory]
    [InlineData(HeadKind.LanguageModel, false)]
    [InlineData(HeadKind.LanguageModel, true)]
    [InlineData(HeadKind.Scalar, false)]
    public void FromSafetensors_WrittenWeights_ComeBackBitForBit(HeadKind head, bool tied)
    {
        var config = Tiny.Config with { TieWordEmbeddings = tied };
        var weights = Tiny.Weights(head, config);
        var bytes = ModelWeightsFile.ToSafetensors(weights);
        var read = ModelWeightsFile.FromSafetensors(bytes, config, head, "weights");
        Assert.Equal(weights.Data, read.Data);
        Assert.NotSame(weights.Data, read.Data);
        Assert.Equal(bytes, ModelWeightsFile.ToSafetensors(read));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), ModelWeightsFile.Sha256(weights));
    }

    [Fact]
    public void ToSafetensors_Tensors_HaveTheNamesAndOrderOfTheLayout()
    {
        using var file = SafetensorsFile.FromBytes(ModelWeightsFile.ToSafetensors(Tiny.Weights(HeadKind.Scalar)), "weights");
        Assert.Equal(ModelLayout.Of(Tiny.Config, HeadKind.Scalar).Select(parameter => parameter.Name),
            file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void FromSafetensors_OtherModel_NamesEveryTensorAtOnce()
    {
        var bytes = SafetensorsWriter.Serialize(
        [
            .. Tiny.Weights().Layout.Where(parameter => parameter.Name is not "model.norm.weight").Select(parameter => parameter.Name switch
            {
                // transposed: same number of elements
                "model.layers.0.self_attn.k_proj.weight" => NamedTensor.Of(parameter.Name, [8, 4], new float[32]),
                "model.layers.1.mlp.up_proj.weight" => NamedTensor.Of(parameter.Name, parameter.Shape, new double[parameter.Length]),
                _ => NamedTensor.Of(parameter.Name, parameter.Shape, new float[parameter.Length]),
            }),
            NamedTensor.Of("model.layers.0.self_attn.q_proj.bias", [8], new float[8]),
        ]);
        var refusal = Assert.Throws<ModelFolderException>(() =>
            ModelWeightsFile.FromSafetensors(bytes, Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Equal(
        [
            "'attention_bias' is false in config.json, the tensors have biases",
            "'model.layers.0.self_attn.k_proj.weight' has the shape [8, 4], expected [4, 8], "
                + "as num_key_value_heads, num_attention_heads and hidden_size say",
            "'model.layers.1.mlp.up_proj.weight' has dtype F64, expected F32 or F16 or BF16",
            "'model.norm.weight' is missing",
            "'model.layers.0.self_attn.q_proj.bias' is unexpected",
        ], refusal.Problems);
    }

    [Theory]
    [InlineData(1, "'num_hidden_layers' is 1 in config.json, the tensors are of 2 layers")]
    [InlineData(3, "'num_hidden_layers' is 3 in config.json, the tensors are of 2 layers")]
    public void FromSafetensors_OtherNumberOfLayers_NamesTheKeyFirst(int layers, string problem)
    {
        var bytes = ModelWeightsFile.ToSafetensors(Tiny.Weights());
        var refusal = Assert.Throws<ModelFolderException>(() =>
            ModelWeightsFile.FromSafetensors(bytes, Tiny.Config with { Layers = layers }, HeadKind.LanguageModel, "weights"));
        Assert.Equal((problem, 10), (refusal.Problems[0], refusal.Problems.Count)); // and the nine tensors of a layer
    }

    [Fact]
    public void FromSafetensors_TiedWeightsOfAnUntiedModel_NamesTheKey()
    {
        var bytes = ModelWeightsFile.ToSafetensors(Tiny.Weights(config: Tiny.Config with { TieWordEmbeddings = true }));
        var refusal = Assert.Throws<ModelFolderException>(() =>
            ModelWeightsFile.FromSafetensors(bytes, Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Equal(["'tie_word_embeddings' is false in config.json, but there is no 'lm_head.weight'", "'lm_head.weight' is missing"],
            refusal.Problems);
    }

    [Fact]
    public void FromSafetensors_ClassifierAsPolicy_NamesTheKey()
    {
        var refusal = Assert.Throws<ModelFolderException>(() =>
            ModelWeightsFile.FromSafetensors(
                ModelWeightsFile.ToSafetensors(Tiny.Weights(HeadKind.Scalar)), Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Equal("'architectures' is LlamaForCausalLM in config.json, 'score.weight' is of a classifier", refusal.Problems[0]);
    }

    /// <summary>As fine-tuning leaves it: a tied model with its head beside the embedding.</summary>
    [Fact]
    public void FromSafetensors_TiedModelWithItsHead_IsReadIfTheHeadIsTheEmbedding()
    {
        var tied = Tiny.Config with { TieWordEmbeddings = true };
        var weights = Tiny.Weights();
        weights[ModelLayout.Embedding].CopyTo(weights[ModelLayout.LanguageModelHead]);
        var read = ModelWeightsFile.FromSafetensors(ModelWeightsFile.ToSafetensors(weights), tied, HeadKind.LanguageModel, "weights");
        Assert.Equal(weights.Data[..read.Data.Length], read.Data); // the head is the last of the untied layout

        weights[ModelLayout.LanguageModelHead][8 * 3 + 5] = 7;
        var refusal = Assert.Throws<ModelFolderException>(() =>
            ModelWeightsFile.FromSafetensors(ModelWeightsFile.ToSafetensors(weights), tied, HeadKind.LanguageModel, "weights"));
        Assert.StartsWith("'lm_head.weight' [3, 5] is 7, 'model.embed_tokens.weight' there is ", Assert.Single(refusal.Problems));
    }

    [Fact]
    public void FromSafetensors_RotaryBuffers_ArePassedOver()
    {
        var weights = Tiny.Weights();
        NamedTensor[] tensors =
        [
            .. weights.Layout.Select(parameter => NamedTensor.Of(parameter.Name, parameter.Shape, weights[parameter.Name].ToArray())),
            NamedTensor.Of("model.layers.0.self_attn.rotary_emb.inv_freq", [2], new float[2]),
            NamedTensor.Of("model.rotary_emb.inv_freq", [2], new float[2]),
        ];
        Assert.Equal(weights.Data,
            ModelWeightsFile.FromSafetensors(SafetensorsWriter.Serialize(tensors), Tiny.Config, HeadKind.LanguageModel, "weights").Data);
        NamedTensor[] unknown = [.. tensors, NamedTensor.Of("model.layers.0.self_attn.rotary_emb.scale", [2], new float[2])];
        Assert.Equal(["'model.layers.0.self_attn.rotary_emb.scale' is unexpected"], Assert.Throws<ModelFolderException>(() =>
            ModelWeightsFile.FromSafetensors(
                SafetensorsWriter.Serialize(unknown), Tiny.Config, HeadKind.LanguageModel, "weights")).Problems);
    }

    [Fact]
    public void FromSafetensors_ManyProblems_AreAllKeptAndTheMessageStaysShort()
    {
        var refusal = Assert.Throws<ModelFolderException>(() =>
            ModelWeightsFile.FromSafetensors(SafetensorsWriter.Serialize([]), Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Equal(21, refusal.Problems.Count); // embedding, 2 layers of 9, norm, head
        Assert.Contains("; and 9 more. ", refusal.Message);
    }

    [Fact]
    public void FromSafetensors_NotFiniteWeight_NamesTensorAndIndex()
    {
        var weights = Tiny.Weights();
        weights["model.norm.weight"][5] = float.NaN;
        var refusal = Assert.Throws<SafetensorsException>(() =>
            ModelWeightsFile.FromSafetensors(ModelWeightsFile.ToSafetensors(weights), Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Contains("tensor 'model.norm.weight' element 5 is NaN", refusal.Message);
    }
}
