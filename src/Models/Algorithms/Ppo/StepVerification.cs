namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>Computes a step's update again from its artefact, with the code that training uses; for audit and counterfactual.</summary>
public static class StepVerification
{
    /// <summary>The first minibatch of other episodes than the seed draws, in words; null if there is none.</summary>
    /// <param name="tokens">The step's artefact, of as many minibatches as the options make.</param>
    /// <param name="options">PPO's constants.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, from 1.</param>
    public static string? Order(StepTokens tokens, PpoOptions options, ulong seed, int step)
    {
        var drawn = Enumerable.Range(0, options.Epochs)
            .SelectMany(epoch => MinibatchOrder.Of(seed, step, epoch, tokens.Rewards.Length, options.Minibatches));
        foreach (var (minibatch, index) in tokens.Minibatches.Zip(drawn))
            if (!minibatch.SampleIndex.SequenceEqual(index))
                return $"{StepArtefact.SampleIndex}.{minibatch.Epoch}.{minibatch.Minibatch} is "
                    + $"[{string.Join(", ", minibatch.SampleIndex)}], the seed draws [{string.Join(", ", index)}]";
        return null;
    }

    /// <summary>A minibatch with its losses and diagnostics computed again; what only the networks tell is given.</summary>
    /// <param name="tokens">What was read off the networks.</param>
    /// <param name="episodes">The step's episodes.</param>
    /// <param name="options">PPO's constants.</param>
    /// <param name="entropy">Mean entropy, nats.</param>
    /// <param name="policyNorm">The policy's gradient norm.</param>
    /// <param name="criticNorm">The critic's gradient norm.</param>
    public static PpoMinibatch Minibatch(
        MinibatchTokens tokens, IReadOnlyList<PpoEpisode> episodes, PpoOptions options, double entropy, double policyNorm,
        double criticNorm) =>
        new(tokens.Epoch, tokens.Minibatch, tokens.SampleIndex, tokens.NewLogProbs, tokens.NewValues,
            PpoNumbers.Of(episodes, tokens.SampleIndex, tokens.NewLogProbs, tokens.NewValues, options, entropy, policyNorm, criticNorm));
}
