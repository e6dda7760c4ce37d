using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>What makes one run unreadable and leaves the others as they are.</summary>
public static class RunDamage
{
    /// <summary>Whether a run could not be read because of what its log, or that of a run it descends from, holds or lacks.</summary>
    public static bool Is(Exception thrown) =>
        thrown is BrokenChainException or UnreadableEventException or UnknownEventException or RecipeException or ParentMissingException;
}
