using ActorRlhf.Models.Llama;

namespace ActorRlhf.Models.Training;

/// <summary>An optimiser's state at one moment.</summary>
/// <param name="Layout">The parameters of the model.</param>
/// <param name="FirstMoment">First moments, in the order of the weights, float32.</param>
/// <param name="SecondMoment">Second moments, in the order of the weights, float32.</param>
/// <param name="Updates">Number of updates so far.</param>
public sealed record AdamState(IReadOnlyList<ParameterSpec> Layout, float[] FirstMoment, float[] SecondMoment, long Updates)
{
    /// <summary>What an optimiser has now, and no copy of it: to be used up before the optimiser goes on.</summary>
    public static AdamState Of(Adam adam) => new(adam.Layout, adam.FirstMoment, adam.SecondMoment, adam.Updates);

    /// <summary>A copy.</summary>
    public AdamState Copy() => this with { FirstMoment = [.. FirstMoment], SecondMoment = [.. SecondMoment] };

    /// <summary>Lets an optimiser of the same model go on from here, bit for bit.</summary>
    /// <exception cref="ArgumentException">It belongs to another model; it is not changed.</exception>
    public void Restore(Adam adam)
    {
        if (FirstMoment.Length != adam.FirstMoment.Length || SecondMoment.Length != adam.SecondMoment.Length)
            throw new ArgumentException(
                $"the state has {FirstMoment.Length} and {SecondMoment.Length} moments, "
                    + $"the optimiser's model {adam.FirstMoment.Length} parameters; take the state saved with the weights",
                nameof(adam));
        FirstMoment.CopyTo(adam.FirstMoment, 0);
        SecondMoment.CopyTo(adam.SecondMoment, 0);
        adam.Updates = Updates;
    }
}
