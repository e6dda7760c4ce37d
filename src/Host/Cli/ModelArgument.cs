using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Cli;

/// <summary>What a person gave where a model is wanted: a folder in Hugging Face's layout, or a <see cref="RunPolicyName"/>.</summary>
static class ModelArgument
{
    /// <summary>Loads it.</summary>
    /// <param name="model">What was given.</param>
    /// <param name="data">The data directory of the run.</param>
    /// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ModelNotFoundException">There is no such folder, or the text names neither.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    public static async Task<ModelToGenerate> LoadAsync(string model, string? data, bool acceptBuild, CancellationToken ct)
    {
        if (!RunPolicyName.TryParse(model, out var name))
            return Directory.Exists(model) ? ModelFolder.LoadToGenerate(model) : throw new ModelNotFoundException(model);
        using var directory = DataDirectory.OpenForReading(data);
        var (run, step) = RunModel.Find(new RunReader(directory.Store), name);
        return ModelToGenerate.Of(await RunModel.LoadAsync(run, step, acceptBuild, ct).ConfigureAwait(false));
    }

    /// <summary>Loads reward models: that of a folder, or those of a run, whichever of its steps was named.</summary>
    /// <exception cref="ModelNotFoundException">There is no such folder, or the text names neither.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunNotReadyException">The run has not trained them yet.</exception>
    public static RewardModelsToScore LoadRewardModels(string model, string? data)
    {
        if (!RunPolicyName.TryParse(model, out var name))
            return Directory.Exists(model) ? RewardModelsToScore.Of(model) : throw new ModelNotFoundException(model);
        using var directory = DataDirectory.OpenForReading(data);
        return RewardModelsToScore.Of(new RunReader(directory.Store).OpenVerified(name.Run));
    }
}
