namespace ActorRlhf.Actors.Recipes;

/// <summary>When the whole state is saved, section <c>checkpoint</c>. It changes no weights.</summary>
public sealed record CheckpointRecipe
{
    /// <summary>Steps between checkpoints, 1 to 1000000. Default 25.</summary>
    public int Every { get; init; } = 25;
    /// <summary>SFT steps between checkpoints of that stage, 1 to 1000000. Default 400.</summary>
    public int SftEvery { get; init; } = 400;
    /// <summary>Newest checkpoints that are kept, 0 to 100000; 0 keeps all. Default 3.</summary>
    public int Keep { get; init; } = 3;
}
