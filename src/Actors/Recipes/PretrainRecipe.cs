namespace ActorRlhf.Actors.Recipes;

/// <summary>Supervised training before any preference, section <c>pretrain</c>.</summary>
public sealed record PretrainRecipe
{
    /// <summary>Optimiser steps, 0 to 10000000. Default 1200.</summary>
    public int Steps { get; init; } = 1200;
    /// <summary>Demonstrations a step, 1 to 65536. Default 64.</summary>
    public int Batch { get; init; } = 64;
    /// <summary>Peak learning rate of AdamW, above 0 and at most 1. Default 0.003.</summary>
    public double LearningRate { get; init; } = 3e-3;
    /// <summary>Steps of linear warm-up, 0 to 10000000. Default 50.</summary>
    public int Warmup { get; init; } = 50;
    /// <summary>Decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101), 0 to 1. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;
    /// <summary>Gradients are scaled down to this global L2 norm, above 0 and at most 1000000. Default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;
}
