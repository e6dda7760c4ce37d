namespace ActorRlhf.Host.Failures;

/// <summary>A parameter of a request is wrong.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">What was given.</param>
/// <param name="expected">What is allowed, worded to follow "is not".</param>
sealed class QueryException(string name, string value, string expected) : Exception($"{name}: '{value}' is not {expected}")
{
    /// <summary>Its name.</summary>
    public string Name => name;
}
