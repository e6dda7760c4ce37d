using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary>How the events that a fork has of its past are counted beside its own: apart, since they are its parent's.</summary>
static class SharedEvents
{
    /// <summary>To follow the number of a run's own events; empty where there are none but these.</summary>
    public static string Words(long shared) => shared == 0 ? "" : $" of its own, and {Figures.Of(shared)} that it shares with its parent";
}
