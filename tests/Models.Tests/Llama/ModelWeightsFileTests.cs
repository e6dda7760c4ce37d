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
        Assert.Equal(ModelLayout.Of(Tiny.Config, HeadKind.Scalar).Select(parameter => parameter.Name), file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void FromSafetensors_OtherModel_NamesEveryTensorAtOnce()
    {
        var bytes = SafetensorsWriter.Serialize(
        [
            .. Tiny.Weights().Layout.Where(parameter => parameter.Name is not "model.norm.weight").Select(parameter => parameter.Name switch
            {
                "model.layers.0.self_attn.k_proj.weight" => NamedTensor.Of(parameter.Name, [8, 4], new float[32]), // transposed: same number of elements
                "model.layers.1.mlp.up_proj.weight" => NamedTensor.Of(parameter.Name, parameter.Shape, new double[parameter.Length]),
                _ => NamedTensor.Of(parameter.Name, parameter.Shape, new float[parameter.Length]),
            }),
            NamedTensor.Of("model.layers.0.self_attn.q_proj.bias", [8], new float[8]),
        ]);
        var refusal = Assert.Throws<ModelFolderException>(() => ModelWeightsFile.FromSafetensors(bytes, Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Equal(
        [
            "'model.layers.0.self_attn.k_proj.weight' has the shape [8, 4], expected [4, 8]",
            "'model.layers.1.mlp.up_proj.weight' has dtype F64, expected F32 or F16 or BF16",
            "'model.norm.weight' is missing",
            "'model.layers.0.self_attn.q_proj.bias' is unexpected",
        ], refusal.Problems);
    }

    [Fact]
    public void FromSafetensors_ManyProblems_AreAllKeptAndTheMessageStaysShort()
    {
        var refusal = Assert.Throws<ModelFolderException>(() => ModelWeightsFile.FromSafetensors(SafetensorsWriter.Serialize([]), Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Equal(21, refusal.Problems.Count); // embedding, 2 layers of 9, norm, head
        Assert.Contains("; and 9 more. ", refusal.Message);
    }

    [Fact]
    public void FromSafetensors_NotFiniteWeight_NamesTensorAndIndex()
    {
        var weights = Tiny.Weights();
        weights["model.norm.weight"][5] = float.NaN;
        var refusal = Assert.Throws<SafetensorsException>(() => ModelWeightsFile.FromSafetensors(ModelWeightsFile.ToSafetensors(weights), Tiny.Config, HeadKind.LanguageModel, "weights"));
        Assert.Contains("tensor 'model.norm.weight' element 5 is NaN", refusal.Message);
    }
}
