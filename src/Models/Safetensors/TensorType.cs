namespace ActorRlhf.Models.Safetensors;

/// <summary>Element types of tensors on disk. The names are those of the format.</summary>
enum TensorType
{
    /// <summary>32-bit float.</summary>
    F32,
    /// <summary>16-bit float, 5 exponent bits.</summary>
    F16,
    /// <summary>The upper half of a 32-bit float.</summary>
    BF16,
    /// <summary>64-bit float.</summary>
    F64,
    /// <summary>32-bit signed integer.</summary>
    I32,
    /// <summary>64-bit signed integer.</summary>
    I64,
    /// <summary>Byte.</summary>
    U8,
    /// <summary>One byte, 0 or 1.</summary>
    BOOL,
}
