namespace ActorRlhf.Actors.Recipes;

/// <summary>What happens when a step that is executed again differs from the log. The run always ends as diverged.</summary>
public enum DivergenceRule
{
    /// <summary><c>stop</c>: a person decides.</summary>
    Stop,
    /// <summary><c>fork</c>: a new run shares the steps that agreed and goes on from there.</summary>
    Fork,
}
