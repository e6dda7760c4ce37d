using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A model's weights as the way forward reads them, by many threads at once.</summary>
sealed unsafe class TrunkWeights : IDisposable
{
    /// <summary>Zero weights.</summary>
    public TrunkWeights(LlamaConfig config, HeadKind head)
    {
        (Config, Head, Shape) = (config, head, new TrunkShape(config, head));
        Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new TrunkLayer(config, Shape, layer))];
        Rotary = new RotaryTable(config);
        Embedding = new NativeBuffer((long)config.VocabularySize * config.HiddenSize);
        FinalNorm = new NativeBuffer(Shape.Hidden);
        Output = new PackedMatrix(Shape.OutputWidth, config.HiddenSize);
        OutputName = head is HeadKind.Scalar ? ModelLayout.ScoreWeight
            : config.TieWordEmbeddings ? ModelLayout.Embedding : ModelLayout.LanguageModelHead;
    }

    /// <summary>The model's shape.</summary>
    public LlamaConfig Config { get; }
    /// <summary>Language model or scalar.</summary>
    public HeadKind Head { get; }
    /// <summary>Strides of the activations.</summary>
    public TrunkShape Shape { get; }
    /// <summary>The layers.</summary>
    public TrunkLayer[] Layers { get; }
    /// <summary>Angles of the rotary embedding.</summary>
    public RotaryTable Rotary { get; }
    /// <summary>(V, C).</summary>
    public NativeBuffer Embedding { get; }
    /// <summary>Norm after the last layer, (C).</summary>
    public NativeBuffer FinalNorm { get; }
    /// <summary>The head.</summary>
    public PackedMatrix Output { get; }
    /// <summary>Name of the head's weight.</summary>
    public string OutputName { get; }
    /// <summary>Of a scalar head.</summary>
    public float Bias { get; private set; }

    /// <summary>Copies everything but the layers in.</summary>
    public void LoadEnds(ModelWeights weights)
    {
        weights[ModelLayout.Embedding].CopyTo(Embedding.Span);
        weights["model.norm.weight"].CopyTo(FinalNorm.Span);
        Output.Pack(0, weights[OutputName]);
        Bias = Head is HeadKind.Scalar ? weights[ModelLayout.ScoreBias][0] : 0;
    }

    /// <summary>Copies the embedding of a token in, and zeroes what lies behind it.</summary>
    /// <param name="token">Its id.</param>
    /// <param name="hidden">A row of the residual stream.</param>
    public void Embed(int token, float* hidden)
    {
        var target = new Span<float>(hidden, Shape.Hidden);
        new Span<float>(Embedding.Pointer + (long)token * Config.HiddenSize, Config.HiddenSize).CopyTo(target);
        target[Config.HiddenSize..].Clear(); // a row that was not finite leaves NaN there
    }

    /// <summary>y = the norm of x.</summary>
    /// <param name="x">(rows, C).</param>
    /// <param name="weight">(C).</param>
    /// <param name="y">(rows, C); may be x.</param>
    /// <param name="rows">Number of rows.</param>
    public void Norm(float* x, NativeBuffer weight, float* y, int rows) =>
        RmsNorm.Forward(x, weight.Pointer, y, rows, Config.HiddenSize, Shape.Hidden, (float)Config.RmsNormEpsilon);

    /// <summary>Logits or scores.</summary>
    /// <param name="normed">(rows, C) after the last norm.</param>
    /// <param name="outputs">(rows, V) or (rows, 1).</param>
    /// <param name="rows">Number of rows.</param>
    public void Read(float* normed, float* outputs, int rows)
    {
        Output.Multiply(normed, Shape.Hidden, outputs, Shape.Output, rows);
        if (Head is HeadKind.Scalar)
            for (var row = 0; row < rows; row++) outputs[(long)row * Shape.Output] += Bias;
    }

    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
        foreach (var owned in (IDisposable[])[Rotary, Embedding, FinalNorm, Output]) owned.Dispose();
    }
}
