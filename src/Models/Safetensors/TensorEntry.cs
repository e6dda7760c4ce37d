namespace ActorRlhf.Models.Safetensors;

/// <summary>One tensor of a file, as its header describes it.</summary>
/// <param name="Name">The key in the header.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, row-major; empty for a scalar.</param>
/// <param name="Begin">First byte, from the start of the data.</param>
/// <param name="Elements">Number of elements.</param>
sealed record TensorEntry(string Name, TensorType Type, long[] Shape, long Begin, long Elements)
{
    /// <summary>First byte behind the tensor, from the start of the data.</summary>
    public long End => Begin + Elements * SizeOf(Type);

    /// <summary>Bytes per element.</summary>
    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.F64 or TensorType.I64 => 8,
        TensorType.F32 or TensorType.I32 => 4,
        TensorType.F16 or TensorType.BF16 => 2,
        _ => 1,
    };
}
