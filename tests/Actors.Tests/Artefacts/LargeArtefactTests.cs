using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Tests.Artefacts;

/// <summary>What a model of some hundred million parameters leaves in the store: more bytes than an array can have.</summary>
[Trait("Category", "Nightly")]
public sealed class LargeArtefactTests : IDisposable
{
    const long MostOfAnArray = 2_147_483_591;

    static readonly LlamaConfig s_shape = new()
    {
        HiddenSize = 4096,
        IntermediateSize = 4096,
        Layers = 1,
        Heads = 32,
        KeyValueHeads = 32,
        VocabularySize = 50_000,
        MaxPositions = 16,
    };

    readonly string _folder = Temporary.NewDirectory();

    [Fact]
    public void PutAndRead_AdamStateOfMoreThanTwoGigabytes_IsTheSameBitForBit()
    {
        var artefacts = new ArtefactStore(_folder);
        var layout = ModelLayout.Of(s_shape, HeadKind.LanguageModel);
        var length = layout.Sum(parameter => parameter.Length);
        var state = new AdamState(layout, Moments(length, 1), Moments(length, 2), 12_345);

        var hash = artefacts.Put(stream => AdamFile.Write(stream, state));

        Assert.InRange(artefacts.TrySize(hash)!.Value, MostOfAnArray + 1, long.MaxValue);
        var read = artefacts.Read(hash, path => AdamFile.Read(path, layout));
        Assert.Equal(state.Updates, read.Updates);
        Assert.True(state.FirstMoment.AsSpan().SequenceEqual(read.FirstMoment));
        Assert.True(state.SecondMoment.AsSpan().SequenceEqual(read.SecondMoment));
        Assert.Equal(hash, artefacts.Put(stream => AdamFile.Write(stream, read)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static float[] Moments(int length, int seed)
    {
        var moments = new float[length];
        for (var i = 0; i < length; i++) moments[i] = (i * 2_654_435_761L + seed) % 1_000_003 * 1e-6f;
        return moments;
    }
}
