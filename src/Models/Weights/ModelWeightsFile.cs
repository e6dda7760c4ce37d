using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Weights;

/// <summary>
/// Weights as safetensors, with the names and the order of <see cref="ModelLayout"/>: the
/// artefact that events name, and a folder's <c>model.safetensors</c>. Both have the same bytes.
/// </summary>
public static class ModelWeightsFile
{
    // Without it Hugging Face refuses to load the file.
    static readonly Dictionary<string, string> s_metadata = new() { ["format"] = "pt" };

    /// <summary>The whole file as bytes; equal weights give equal bytes.</summary>
    internal static byte[] ToSafetensors(ModelWeights weights) => SafetensorsWriter.Serialize(Tensors(weights), s_metadata);

    /// <summary>The SHA-256 of <see cref="ToSafetensors"/> in lower-case hexadecimal digits, without holding the bytes.</summary>
    public static string Sha256(ModelWeights weights) => SafetensorsWriter.Sha256(Tensors(weights), s_metadata);

    /// <summary>Writes the same bytes to a stream, however many they are.</summary>
    public static void WriteTo(Stream stream, ModelWeights weights) => SafetensorsWriter.WriteTo(stream, Tensors(weights), s_metadata);

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="weights">What to write.</param>
    /// <returns>SHA-256 of the file in lower-case hexadecimal digits.</returns>
    internal static string Write(string path, ModelWeights weights) => SafetensorsWriter.Write(path, Tensors(weights), s_metadata);

    /// <summary>Reads an artefact into fresh memory.</summary>
    /// <param name="bytes">A whole safetensors file.</param>
    /// <param name="config">The shape that the file must have.</param>
    /// <param name="head">The head that the file must have.</param>
    /// <param name="name">Names the bytes in errors, for example by their hash.</param>
    /// <exception cref="SafetensorsException">The bytes are damaged or a weight is not finite.</exception>
    /// <exception cref="ModelFolderException">
    /// Tensors are missing, unexpected or have another shape or dtype; all of them are named.
    /// </exception>
    internal static ModelWeights FromSafetensors(ReadOnlyMemory<byte> bytes, LlamaConfig config, HeadKind head, string name)
    {
        using var file = SafetensorsFile.FromBytes(bytes, name);
        return Read(name, [file], config, head);
    }

    /// <summary>Reads an artefact of any length from its file; otherwise as from bytes.</summary>
    public static ModelWeights FromFile(string path, LlamaConfig config, HeadKind head, string name)
    {
        using var file = SafetensorsFile.Open(path);
        return Read(name, [file], config, head);
    }

    /// <summary>Reads weights that are spread over files. Everything is compared before memory for the weights is allocated.</summary>
    internal static ModelWeights Read(string path, IReadOnlyList<SafetensorsFile> files, LlamaConfig config, HeadKind head)
    {
        var tensors = TensorsOfModel.Of(path, files, config, head);
        var weights = new ModelWeights(config, head);
        foreach (var parameter in weights.Layout)
            tensors[parameter.Name].ReadWeights(parameter.Name, weights.Data.AsSpan(parameter.Offset, parameter.Length));
        if (tensors.TryGetValue(ModelLayout.LanguageModelHead, out var copy)
            && weights.Layout.All(parameter => parameter.Name != ModelLayout.LanguageModelHead))
            RefuseAnotherHead(path, copy, weights);
        return weights;
    }

    // Fine-tuning leaves the head in the file of a tied model. Version 4
    // of the transformers library takes the embedding, version 5 the head.
    static void RefuseAnotherHead(string path, SafetensorsFile copy, ModelWeights weights)
    {
        var embedding = weights[ModelLayout.Embedding];
        var head = new float[embedding.Length];
        copy.ReadWeights(ModelLayout.LanguageModelHead, head);
        var same = embedding.CommonPrefixLength(head);
        if (same == head.Length) return;
        var (row, column) = Math.DivRem(same, weights.Config.HiddenSize);
        throw new ModelFolderException(path,
            [$"'{ModelLayout.LanguageModelHead}' [{row}, {column}] is {head[same]}, '{ModelLayout.Embedding}' there is {embedding[same]}; "
                + "expected equal numbers, for 'tie_word_embeddings' is true in config.json"],
            "Set tie_word_embeddings to false if the model was trained with a head of its own, "
                + "or remove the tensor that is not the model's.");
    }

    static List<NamedTensor> Tensors(ModelWeights weights) =>
        [.. weights.Layout.Select(parameter =>
            NamedTensor.Of(parameter.Name, parameter.Shape, weights.Data.AsMemory(parameter.Offset, parameter.Length)))];
}
