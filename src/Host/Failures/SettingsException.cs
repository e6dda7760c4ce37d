namespace ActorRlhf.Host.Failures;

/// <summary>The host's settings are wrong.</summary>
/// <param name="problems">One line each: where it was said, the value, what was expected.</param>
sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>One line for each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
