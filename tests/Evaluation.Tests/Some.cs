using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Tests;

/// <summary>Builders shared by the tests.</summary>
static class Some
{
    public static PhiloxStream Draws(uint sample = 0) => new(seed: 7, Purpose.Demonstrations, step: 0, sample);
}
