namespace ActorRlhf.Actors.Log.Databases;

/// <summary>A setting that keeps acknowledged events safe is not in force; thrown at start, before anything is written.</summary>
/// <param name="setting">Name of the setting.</param>
/// <param name="expected">The value that is needed.</param>
/// <param name="advice">What to do about it.</param>
public sealed class UnsafeStorageException(
    string setting, string value, string expected, string advice = "Keep the journal on a local disk, and leave this setting alone")
    : Exception($"the journal is not safe: {setting} is '{value}', expected '{expected}'. {advice}")
{
    /// <summary>Name of the setting.</summary>
    public string Setting { get; } = setting;
    /// <summary>Its value.</summary>
    public string Value { get; } = value;
    /// <summary>The value that is needed.</summary>
    public string Expected { get; } = expected;
}
