using System.Globalization;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>The most memory that a run is expected to take.</summary>
/// <remarks>
/// Fitted to whole runs of four shapes, of 0.1 to 27.5 million parameters (<c>Benchmarks memory</c>, in docs/benchmarks.md), each of which
/// it gives within 6%, the program included. Of longer sequences and other batches than those of <c>quickstart</c> nobody has measured it.
/// </remarks>
public static class MemoryEstimate
{
    const double Parameter = 76.5;                    // bytes: four models, two of them with gradients and Adam, and copies between stages
    const double Member = 4;                          // bytes of a parameter of each reward model
    const double Activation = 211_600;                // bytes by layer and unit of width

    /// <summary>Bytes beyond those of the program itself.</summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="shape">Of its policy, which the other models share.</param>
    public static long Of(Recipe recipe, LlamaConfig shape) => (long)(
        Parameters(shape) * (Parameter + Member * recipe.Reward.Members) + Activation * shape.Layers * shape.HiddenSize);

    /// <summary>For people.</summary>
    public static string Words(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 20):#,0} MiB");

    /// <summary>Without the layout itself, whose offsets end at 2³¹.</summary>
    static double Parameters(LlamaConfig shape)
    {
        double c = shape.HiddenSize, keyValue = (double)shape.KeyValueHeads * shape.HeadSize;
        var layer = 2 * c * c + 2 * c * keyValue + 3 * c * shape.IntermediateSize + 2 * c;
        return shape.Layers * layer + (shape.TieWordEmbeddings ? 1 : 2) * c * shape.VocabularySize + c;
    }
}
