using System.Globalization;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host.Commands;

/// <summary>What a person gave where a model is wanted: a folder in Hugging Face's layout, or <c>run:RUN@STEP</c>, a run's policy after a step.</summary>
static class ModelArgument
{
    const string Prefix = "run:";

    /// <summary>Loads it.</summary>
    /// <param name="model">What was given; without <c>@STEP</c> a run's newest step counts.</param>
    /// <param name="data">The data directory of the run.</param>
    /// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ModelNotFoundException">There is no such folder, or the text names neither.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    public static async Task<(ModelWeights Weights, ITokenizer Tokenizer)> LoadAsync(string model, string? data, bool acceptBuild, CancellationToken ct)
    {
        if (!model.StartsWith(Prefix, StringComparison.Ordinal))
            return Directory.Exists(model) ? ModelFolder.Load(model) : throw new ModelNotFoundException(model);
        var (name, step) = model[Prefix.Length..].Split('@') switch
        {
            [var run] => (run, (int?)null),
            [var run, var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => (run, number),
            _ => throw new ModelNotFoundException(model),
        };
        using var directory = DataDirectory.OpenForReading(data);
        var record = new RunReader(directory).OpenVerified(name);
        return await RunModel.LoadAsync(record, step ?? record.State.Step, acceptBuild, ct).ConfigureAwait(false);
    }
}
