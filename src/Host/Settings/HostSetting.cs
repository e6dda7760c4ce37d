using ActorRlhf.Host.Serving;

namespace ActorRlhf.Host.Settings;

/// <summary>One setting of the host: what it is called in the file, what it means, and how its text becomes a value.</summary>
/// <param name="Name">Section and key: <c>serve.concurrent</c>.</param>
/// <param name="Expected">What its value must be, for people: <c>a whole number from 1 to 64</c>.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Apply">The settings with the value; null if the text is none.</param>
sealed record HostSetting(string Name, string Expected, string Meaning, Func<ServeSettings, string, ServeSettings?> Apply);
