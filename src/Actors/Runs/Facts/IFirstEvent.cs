using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>What a training stream may begin with.</summary>
public interface IFirstEvent : IEvent
{
    /// <summary>Canonical YAML, every key.</summary>
    string Recipe { get; }

    /// <summary>SHA-256 of that text.</summary>
    ContentHash RecipeHash { get; }

    /// <summary>SHA-256 of the parts that determine the result, and the seed.</summary>
    ContentHash Identity { get; }

    /// <summary>For a fork; null otherwise.</summary>
    ForkPoint? Parent { get; }

    /// <summary>What this event is linked to as the first of its stream: zero; for a fork the parent's event after which it left.</summary>
    ContentHash ChainOrigin() => Parent?.At.Hash ?? default;
}
