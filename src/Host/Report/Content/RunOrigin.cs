using System.Globalization;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Report.Content;

/// <summary>Where a run came from: what it was told, and by which program it was carried out.</summary>
/// <param name="Seed">Seed of every random draw.</param>
/// <param name="Steps">Steps of RL that it was told to take.</param>
/// <param name="Recipe">The recipe that it began with, canonical YAML.</param>
/// <param name="RecipeHash">SHA-256 of that text; null where it has none.</param>
/// <param name="Build">Version and commit of the program that began it; null before that.</param>
/// <param name="Device">Device and CPU type that it began on; null before that.</param>
/// <param name="Parent">For a fork the run that it left and the step; null otherwise.</param>
/// <param name="Trajectory">Digest of everything that made the weights.</param>
sealed record RunOrigin(
    string Seed, int Steps, string Recipe, string? RecipeHash, string? Build, string? Device, string? Parent, string Trajectory)
{
    /// <summary>What its log says.</summary>
    public static RunOrigin Of(RunRecord run)
    {
        var (first, started) = (run.State.Beginning, run.State.Started);
        return new RunOrigin(
            run.Plan.Seed.ToString(CultureInfo.InvariantCulture), run.Recipe.Rl.Steps, first?.Recipe ?? "", first?.RecipeHash.ToString(),
            started?.Build, started?.Device,
            run.State.Parent is { } parent ? FormattableString.Invariant($"{parent.Run} at step {parent.Step}") : null,
            run.Trajectory.ToString());
    }
}
