using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Host.Runner;

/// <summary>How this program starts itself to run an assembly or an expression.</summary>
static class OwnRunner
{
    /// <summary>Name of the command.</summary>
    public const string Command = "evaluator-runner";

    /// <summary>By .NET that is installed, or by itself where it was published with its own.</summary>
    public static EvaluatorRunner Here => typeof(OwnRunner).Assembly.Location is { Length: > 0 } program
        ? new(Path.Combine(Sandbox.DotNetRoot, "dotnet"), [program, Command], [Sandbox.DotNetRoot, Path.GetDirectoryName(program)!])
        : new(Environment.ProcessPath!, [Command], [AppContext.BaseDirectory.TrimEnd('/')]);
}
