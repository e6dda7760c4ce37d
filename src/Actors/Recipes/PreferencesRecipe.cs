namespace ActorRlhf.Actors.Recipes;

/// <summary>The comparisons that reward models learn from, section <c>preferences</c>.</summary>
public sealed record PreferencesRecipe
{
    /// <summary>
    /// Comparisons to train on, 1 to 10000000; of a dataset at most so many. Under
    /// about 2,000 a reward model is near chance (Gao et al. 2022). Default 8192.
    /// </summary>
    public int Pairs { get; init; } = 8192;
    /// <summary>Comparisons kept aside for accuracy and calibration, 1 to 10000000; of a dataset at most so many. Default 2048.</summary>
    public int Heldout { get; init; } = 2048;
}
