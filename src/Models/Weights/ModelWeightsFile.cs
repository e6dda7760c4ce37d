using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Weights;

/// <summary>Weights as safetensors, with the names and the order of <see cref="ModelLayout"/>: the artefact that events name, and a folder's <c>model.safetensors</c>. Both have the same bytes.</summary>
public static class ModelWeightsFile
{
    const string NextStep = "The files belong to another model: check config.json against the tensors.";
    // Without it Hugging Face refuses to load the file.
    static readonly Dictionary<string, string> s_metadata = new() { ["format"] = "pt" };
    static readonly TensorType[] s_types = [TensorType.F32, TensorType.F16, TensorType.BF16];

    /// <summary>The whole file as bytes; equal weights give equal bytes.</summary>
    public static byte[] ToSafetensors(ModelWeights weights) => SafetensorsWriter.Serialize(Tensors(weights), s_metadata);

    /// <summary>The SHA-256 of <see cref="ToSafetensors"/> in lower-case hexadecimal digits, without holding the bytes.</summary>
    public static string Sha256(ModelWeights weights) => SafetensorsWriter.Sha256(Tensors(weights), s_metadata);

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="weights">What to write.</param>
    /// <returns>SHA-256 of the file in lower-case hexadecimal digits.</returns>
    public static string Write(string path, ModelWeights weights) => SafetensorsWriter.Write(path, Tensors(weights), s_metadata);

    /// <summary>Reads an artefact into fresh memory.</summary>
    /// <param name="bytes">A whole safetensors file.</param>
    /// <param name="config">The shape that the file must have.</param>
    /// <param name="head">The head that the file must have.</param>
    /// <param name="name">Names the bytes in errors, for example by their hash.</param>
    /// <exception cref="SafetensorsException">The bytes are damaged or a weight is not finite.</exception>
    /// <exception cref="ModelFolderException">Tensors are missing, unexpected or have another shape or dtype; all of them are named.</exception>
    public static ModelWeights FromSafetensors(ReadOnlyMemory<byte> bytes, LlamaConfig config, HeadKind head, string name)
    {
        using var file = SafetensorsFile.FromBytes(bytes, name);
        return Read(name, [file], config, head);
    }

    /// <summary>Reads weights that are spread over files. Everything is compared before memory for the weights is allocated.</summary>
    internal static ModelWeights Read(string path, IReadOnlyList<SafetensorsFile> files, LlamaConfig config, HeadKind head)
    {
        var found = new Dictionary<string, (SafetensorsFile File, TensorEntry Tensor)>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var file in files)
            foreach (var tensor in file.Tensors)
                if (!found.TryAdd(tensor.Name, (file, tensor))) problems.Add($"'{tensor.Name}' is in two files");

        var layout = ModelLayout.Of(config, head);
        foreach (var parameter in layout)
        {
            if (!found.TryGetValue(parameter.Name, out var place)) problems.Add($"'{parameter.Name}' is missing");
            else if (!place.Tensor.Shape.SequenceEqual(parameter.Shape.Select(size => (long)size)))
                problems.Add($"'{parameter.Name}' has the shape [{string.Join(", ", place.Tensor.Shape)}], expected [{string.Join(", ", parameter.Shape)}]");
            else if (!s_types.Contains(place.Tensor.Type))
                problems.Add($"'{parameter.Name}' has dtype {place.Tensor.Type}, expected {string.Join(" or ", s_types)}");
        }
        var expected = layout.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(found.Keys.Where(name => !expected.Contains(name)).Order(StringComparer.Ordinal).Select(name => $"'{name}' is unexpected"));
        if (problems.Count > 0) throw new ModelFolderException(path, problems, NextStep);

        var weights = new ModelWeights(config, head);
        foreach (var parameter in layout)
            found[parameter.Name].File.ReadWeights(parameter.Name, weights.Data.AsSpan(parameter.Offset, parameter.Length));
        return weights;
    }

    static List<NamedTensor> Tensors(ModelWeights weights) =>
        [.. weights.Layout.Select(parameter => NamedTensor.Of(parameter.Name, parameter.Shape, weights.Data.AsMemory(parameter.Offset, parameter.Length)))];
}
