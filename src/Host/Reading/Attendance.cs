namespace ActorRlhf.Host.Reading;

/// <summary>Who is at work at the runs of a data directory.</summary>
enum Attendance
{
    /// <summary>Nobody: what is <c>running</c> was cut off.</summary>
    Nobody,
    /// <summary>A command such as <c>train</c>, or somebody of whom nothing is known.</summary>
    Command,
    /// <summary>A long-lived host, which begins and goes on with runs by itself.</summary>
    Host,
}
