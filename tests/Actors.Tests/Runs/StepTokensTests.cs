using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Actors.Tests.Runs;

public sealed class StepTokensTests
{
    static readonly PpoNumbers s_numbers = new(0, 0, 0, 0, 0, 1, 0, 0, 0, 0);

    static byte[] Artefact(int[] sampleIndex) => StepArtefact.Write(
        [[-1f, -2f], [-3f]], [[-1.5f, -2.5f], [-3.5f]], [[-1.25f, -2.25f], [-3.25f]], [[.5f, .25f], [.125f]],
        new EpisodeAdvantages([[0, 1], [2]], [[3, 4], [5]], [[6, 7], [8]], [[9, 10], [11]], [1, 2]),
        new PpoUpdate([new PpoMinibatch(0, 0, sampleIndex, [[-7f], [-8f, -9f]], [[.75f], [.875f, .0625f]], s_numbers)], null));

    [Fact]
    public void Read_WhatWasWritten_GivesRowsWithoutPadding()
    {
        var read = StepTokens.Read(Artefact([1, 0]), "test");

        Assert.Equal([[-1f, -2f], [-3f]], read.SamplerLogProbs);
        Assert.Equal([[-1.5f, -2.5f], [-3.5f]], read.OldLogProbs);
        Assert.Equal([[-1.25f, -2.25f], [-3.25f]], read.RefLogProbs);
        Assert.Equal([[.5f, .25f], [.125f]], read.Values);
        Assert.Equal([[0, 1], [2]], read.Rewards);
        Assert.Equal([[3, 4], [5]], read.AdvantagesRaw);
        Assert.Equal([[6, 7], [8]], read.Advantages);
        Assert.Equal([[9, 10], [11]], read.Returns);
        var minibatch = Assert.Single(read.Minibatches);
        Assert.Equal([1, 0], minibatch.SampleIndex);
        Assert.Equal([[-7f], [-8f, -9f]], minibatch.NewLogProbs);
        Assert.Equal([[.75f], [.875f, .0625f]], minibatch.NewValues);
    }

    [Fact]
    public void Read_MinibatchOfUnknownCompletion_IsRefused()
    {
        var error = Assert.Throws<SafetensorsException>(() => StepTokens.Read(Artefact([1, 2]), "artefact x"));

        Assert.Contains("sampleIndex.0.0", error.Message, StringComparison.Ordinal);
        Assert.Contains("0 to 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnotherFile_IsRefused() =>
        Assert.Throws<SafetensorsException>(() =>
            StepTokens.Read(SafetensorsWriter.Serialize([NamedTensor.Of("x", [1], new float[] { 1 })]), "artefact x"));
}
