namespace ActorRlhf.Host.Training;

/// <summary>
/// Keeps stdout for the result: while it lives, what libraries print there is dropped; they log the same to the log file.
/// </summary>
/// <remarks>Akka.NET prints on stdout whatever its loggers cannot take any more or not yet, stack traces included.</remarks>
sealed class ResultsOnly : IDisposable
{
    readonly TextWriter _output = Console.Out;

    public ResultsOnly() => Console.SetOut(TextWriter.Null);

    /// <summary>Lets a result through while it lives.</summary>
    public void Let(Action write)
    {
        Console.SetOut(_output);
        try { write(); }
        finally { Console.SetOut(TextWriter.Null); }
    }

    public void Dispose() => Console.SetOut(_output);
}
