using static TorchSharp.torch;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>Numbers on their way from a device to managed code.</summary>
static class TensorValues
{
    /// <summary>The elements of a float32 tensor, row-major.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        using var detached = tensor.detach();
        using var onHost = detached.cpu();
        return onHost.data<float>().ToArray();
    }
}
