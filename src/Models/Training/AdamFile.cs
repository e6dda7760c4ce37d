using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Training;

/// <summary>An optimiser's state as safetensors, named by parameter: <c>exp_avg.NAME</c>, <c>exp_avg_sq.NAME</c> (F32) and <c>step</c> (I64).</summary>
public static class AdamFile
{
    const string First = "exp_avg.", Second = "exp_avg_sq.", Step = "step";
    const string Name = "optimizer state";            // in errors

    /// <summary>The whole file as bytes; equal states give equal bytes.</summary>
    public static byte[] ToSafetensors(Adam adam) => SafetensorsWriter.Serialize(
    [
        NamedTensor.Of(Step, [], new[] { adam.Updates }),
        .. adam.Layout.Select(p => NamedTensor.Of(First + p.Name, p.Shape, adam.FirstMoment.AsMemory(p.Offset, p.Length))),
        .. adam.Layout.Select(p => NamedTensor.Of(Second + p.Name, p.Shape, adam.SecondMoment.AsMemory(p.Offset, p.Length))),
    ]);

    /// <summary>Restores a state, bit for bit.</summary>
    /// <param name="bytes">What <see cref="ToSafetensors"/> gave.</param>
    /// <param name="adam">An optimiser of the same model.</param>
    /// <exception cref="SafetensorsException">The file is damaged or belongs to another model; the optimiser is not changed.</exception>
    public static void Restore(ReadOnlyMemory<byte> bytes, Adam adam)
    {
        using var file = SafetensorsFile.FromBytes(bytes, Name);
        if (file.Tensors.Count != 1 + 2 * adam.Layout.Count)
            throw Refusal($"there are {file.Tensors.Count} tensors", $"{1 + 2 * adam.Layout.Count}");
        var (first, second) = (new float[adam.FirstMoment.Length], new float[adam.SecondMoment.Length]);
        foreach (var parameter in adam.Layout)
        {
            Read(file, First + parameter.Name, parameter, first);
            Read(file, Second + parameter.Name, parameter, second);
        }
        var steps = file.ReadLongs(Step);
        if (steps is not [>= 0 and var updates]) throw Refusal($"tensor '{Step}' is [{string.Join(", ", steps)}]", "one number of updates, 0 or more");
        first.CopyTo(adam.FirstMoment, 0);
        second.CopyTo(adam.SecondMoment, 0);
        adam.Updates = updates;
    }

    static void Read(SafetensorsFile file, string name, ParameterSpec parameter, float[] moments)
    {
        if (file.TryGet(name, out var tensor) && !tensor.Shape.SequenceEqual(parameter.Shape.Select(size => (long)size)))
            throw Refusal($"tensor '{name}' has the shape [{string.Join(", ", tensor.Shape)}]", $"[{string.Join(", ", parameter.Shape)}]");
        file.ReadWeights(name, moments.AsSpan(parameter.Offset, parameter.Length));
    }

    static SafetensorsException Refusal(string what, string expected) =>
        new(Name, what, expected, "The state belongs to another model: take the optimizer's file that was saved with the weights.");
}
