using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Exports;

/// <summary>A run's policy as a folder in Hugging Face's layout.</summary>
/// <param name="Folder">Its full path.</param>
/// <param name="Step">The step after which it is.</param>
/// <param name="Weights">SHA-256 of the weights file, by which <c>policy.updated</c> names the policy, too.</param>
sealed record ExportedModel(string Folder, string Run, int Step, string Weights)
{
    /// <summary>Writes it whole or not at all.</summary>
    /// <param name="step">From 0, the SFT policy, to its last.</param>
    /// <param name="folder">A new folder, or an empty one.</param>
    /// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="pool">Where to execute steps again, beside others; null for threads of its own.</param>
    /// <exception cref="ModelFolderException">The folder holds files already.</exception>
    /// <exception cref="ArchiveNotWrittenException">The folder cannot be written.</exception>
    /// <exception cref="RecomputationDifferenceException">A step gave other numbers than the log has.</exception>
    public static async Task<ExportedModel> WriteAsync(
        RunRecord run, int step, string folder, bool acceptBuild, CancellationToken ct, ComputePool? pool = null)
    {
        var full = Path.GetFullPath(folder);
        // Executing steps again may take long, and would be for nothing.
        ModelFolder.ThrowIfTaken(full);
        var (weights, tokenizer) = await RunModel.LoadAsync(run, step, acceptBuild, ct, pool).ConfigureAwait(false);
        try { return new ExportedModel(full, run.Id.Value, step, ModelFolder.Save(full, weights, tokenizer)); }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveNotWrittenException(full, failure);
        }
    }
}
