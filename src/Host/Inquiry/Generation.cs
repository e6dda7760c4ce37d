using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Lets a model write.</summary>
/// <param name="model">The model.</param>
/// <param name="sampler">Samples from it; loaded here.</param>
sealed class Generation(ModelToGenerate model, ISampler sampler)
{
    bool _isLoaded;

    /// <summary>Completions of a prompt.</summary>
    /// <param name="prompt">What is continued; empty for nothing but the token that begins a text.</param>
    /// <param name="count">How many.</param>
    /// <param name="options">How.</param>
    /// <param name="first">Number of the first of them, which decides its draws.</param>
    /// <exception cref="PromptRefusedException">The model cannot continue it.</exception>
    public IReadOnlyList<GeneratedLine> Of(string prompt, int count, SamplingChoice options, int first = 0)
    {
        var ids = PromptRefusedException.Encode(prompt, model);
        if (!_isLoaded) sampler.Load(model.Weights);
        _isLoaded = true;
        var requests = Enumerable.Range(first, count).Select(i => new SampleRequest(ids, 0, (uint)i)).ToArray();
        return [.. sampler.Generate(requests, options.For(model)).Select(one => new GeneratedLine(
            prompt, model.Tokenizer.Decode(one.TokenIds), one.TokenIds,
            one.StopReason is StopReason.Eos ? EvaluationItem.StoppedByEos : EvaluationItem.StoppedByLength))];
    }
}
