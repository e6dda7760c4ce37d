using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Models.Training;

/// <summary>
/// An optimiser's state as safetensors, named by parameter:
/// <c>exp_avg.NAME</c>, <c>exp_avg_sq.NAME</c> (F32) and <c>step</c> (I64).
/// </summary>
public static class AdamFile
{
    const string First = "exp_avg.", Second = "exp_avg_sq.", Step = "step";
    const string Name = "optimizer state";            // in errors

    /// <summary>The whole file as bytes; equal states give equal bytes.</summary>
    internal static byte[] ToSafetensors(Adam adam) =>
        SafetensorsWriter.Serialize(Tensors(adam.Layout, adam.FirstMoment, adam.SecondMoment, adam.Updates));

    /// <summary>Writes the same bytes to a stream, however many they are.</summary>
    public static void Write(Stream stream, AdamState state) =>
        SafetensorsWriter.WriteTo(stream, Tensors(state.Layout, state.FirstMoment, state.SecondMoment, state.Updates));

    /// <summary>Restores a state, bit for bit.</summary>
    /// <param name="bytes">What <see cref="ToSafetensors"/> gave.</param>
    /// <param name="adam">An optimiser of the same model.</param>
    /// <exception cref="SafetensorsException">The file is damaged or belongs to another model; the optimiser is not changed.</exception>
    internal static void Restore(ReadOnlyMemory<byte> bytes, Adam adam)
    {
        using var file = SafetensorsFile.FromBytes(bytes, Name);
        Read(file, adam.Layout).Restore(adam);
    }

    /// <summary>Reads a state from a file of any length.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">The parameters of the model.</param>
    /// <exception cref="SafetensorsException">The file is damaged or belongs to another model.</exception>
    public static AdamState Read(string path, IReadOnlyList<ParameterSpec> layout)
    {
        using var file = SafetensorsFile.Open(path);
        return Read(file, layout);
    }

    static AdamState Read(SafetensorsFile file, IReadOnlyList<ParameterSpec> layout)
    {
        if (file.Tensors.Count != 1 + 2 * layout.Count)
            throw Refusal($"there {Counted.Noun(file.Tensors.Count, "is", "are")} "
                + $"{Counted.Of(file.Tensors.Count, "tensor")}", $"{1 + 2 * layout.Count}");
        var length = layout.Sum(parameter => parameter.Length);
        var (first, second) = (new float[length], new float[length]);
        foreach (var parameter in layout)
        {
            Read(file, First + parameter.Name, parameter, first);
            Read(file, Second + parameter.Name, parameter, second);
        }
        var steps = file.ReadLongs(Step);
        if (steps is not [>= 0 and var updates])
            throw Refusal($"tensor '{Step}' is [{string.Join(", ", steps)}]", "one number of updates, 0 or more");
        return new AdamState(layout, first, second, updates);
    }

    static List<NamedTensor> Tensors(IReadOnlyList<ParameterSpec> layout, float[] first, float[] second, long updates) =>
    [
        NamedTensor.Of(Step, [], new[] { updates }),
        .. layout.Select(p => NamedTensor.Of(First + p.Name, p.Shape, first.AsMemory(p.Offset, p.Length))),
        .. layout.Select(p => NamedTensor.Of(Second + p.Name, p.Shape, second.AsMemory(p.Offset, p.Length))),
    ];

    static void Read(SafetensorsFile file, string name, ParameterSpec parameter, float[] moments)
    {
        if (file.TryGet(name, out var tensor) && !tensor.Shape.SequenceEqual(parameter.Shape.Select(size => (long)size)))
            throw Refusal($"tensor '{name}' has the shape [{string.Join(", ", tensor.Shape)}]", $"[{string.Join(", ", parameter.Shape)}]");
        file.ReadWeights(name, moments.AsSpan(parameter.Offset, parameter.Length));
    }

    static SafetensorsException Refusal(string what, string expected) =>
        new(Name, what, expected, "The state belongs to another model: take the optimizer's file that was saved with the weights.");
}
