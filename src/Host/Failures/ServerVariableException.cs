namespace ActorRlhf.Host.Failures;

/// <summary>The variable that names a host holds no address.</summary>
/// <param name="variable">Its name.</param>
/// <param name="problem">What is wrong, and what to do.</param>
sealed class ServerVariableException(string variable, string problem) : Exception($"{variable}: {problem}")
{
    /// <summary>Its name.</summary>
    public string Variable => variable;
}
