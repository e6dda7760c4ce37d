using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Tests.Policy;

public sealed class WeightsExchangeTests
{
    static readonly LlamaConfig s_shape = new()
    {
        HiddenSize = 16,
        IntermediateSize = 32,
        Layers = 1,
        Heads = 2,
        KeyValueHeads = 2,
        VocabularySize = 20,
        MaxPositions = 16,
    };

    readonly string _directory = Temporary.NewDirectory();
    readonly WeightsExchange _weights;

    public WeightsExchangeTests() => _weights = new WeightsExchange(new ArtefactStore(_directory), s_shape);

    [Fact]
    public void Take_WhatWasOfferedLast_IsThatVeryObjectAndOnNoDisk()
    {
        var (hash, policy) = Policy(seed: 1);

        _weights.Offer(hash, policy);

        Assert.Same(policy, _weights.Take(hash, HeadKind.LanguageModel));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public void Take_WhatWasOfferedBefore_IsThereOnlyIfItWasStored()
    {
        var (hash, policy) = Policy(seed: 1);
        _weights.Offer(hash, policy);
        var (next, nextPolicy) = Policy(seed: 2);
        _weights.Offer(next, nextPolicy);

        Assert.Throws<ArtefactMissingException>(() => _weights.Take(hash, HeadKind.LanguageModel));

        Assert.Equal(hash, _weights.Put(policy));
        Assert.Equal(policy.Data, _weights.Take(hash, HeadKind.LanguageModel).Data);
    }

    [Fact]
    public void Take_WhatIsStored_IsHeldByNobodyElse()
    {
        var (_, policy) = Policy(seed: 1);
        var hash = _weights.Put(policy);

        Assert.NotSame(_weights.Take(hash, HeadKind.LanguageModel), _weights.Take(hash, HeadKind.LanguageModel));
    }

    static (ContentHash Hash, ModelWeights Policy) Policy(ulong seed)
    {
        var policy = WeightInitialisation.LanguageModel(s_shape, seed);
        return (ContentHash.Parse(ModelWeightsFile.Sha256(policy)), policy);
    }
}
