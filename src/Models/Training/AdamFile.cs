using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Training;

/// <summary>An optimiser's state as safetensors, named by parameter: <c>exp_avg.NAME</c>, <c>exp_avg_sq.NAME</c> (F32) and <c>step</c> (I64).</summary>
public static class AdamFile
{
    const string First = "exp_avg.", Second = "exp_avg_sq.", Step = "step";

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
        using var file = SafetensorsFile.FromBytes(bytes, "optimizer state");
        var (first, second) = (new float[adam.FirstMoment.Length], new float[adam.SecondMoment.Length]);
        foreach (var parameter in adam.Layout)
        {
            file.ReadWeights(First + parameter.Name, first.AsSpan(parameter.Offset, parameter.Length));
            file.ReadWeights(Second + parameter.Name, second.AsSpan(parameter.Offset, parameter.Length));
        }
        var updates = file.ReadLongs(Step)[0];
        first.CopyTo(adam.FirstMoment, 0);
        second.CopyTo(adam.SecondMoment, 0);
        adam.Updates = updates;
    }
}
