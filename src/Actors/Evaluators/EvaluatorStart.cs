namespace ActorRlhf.Actors.Evaluators;

/// <summary>All that is needed to start an evaluator's process.</summary>
/// <param name="Name">Its id, or what stands for it.</param>
/// <param name="Source">A command, an assembly or an expression, with absolute paths.</param>
/// <param name="Limits">What it may take.</param>
/// <param name="Version">Of an expression, whose id is its name.</param>
/// <param name="Runner">Runs assemblies and expressions.</param>
/// <param name="Sandbox">What holds it.</param>
/// <param name="Log">Gets the lines of its standard error.</param>
sealed record EvaluatorStart(
    string Name, EvaluatorSource Source, EvaluatorLimits Limits, string? Version, EvaluatorRunner Runner, Sandbox Sandbox,
    Action<string> Log)
{
    /// <summary>Folders that it needs to see besides its own.</summary>
    public IReadOnlyList<string> Shown => Source.Kind is EvaluatorKind.Command ? [] : Runner.Folders;

    /// <summary>The command line.</summary>
    /// <param name="staged">Its files.</param>
    /// <param name="home">Where the process finds them.</param>
    public string[] Line(StagedEvaluator staged, string home) => (Source.Kind, staged.CommandLine(home)) switch
    {
        (EvaluatorKind.Command, var line) => line,
        (EvaluatorKind.Assembly, [var file, var type]) =>
            [Runner.Program, .. Runner.Arguments, $"--assembly={file}", $"--type={type}"],
        (EvaluatorKind.Assembly, var line) =>
            throw new EvaluatorRefusedException(Name, $"it has {line.Length - 1} arguments, expected one: the full name of its type"),
        (EvaluatorKind.Expression, _) =>
            // As one argument each: an expression may begin with a minus sign.
            [Runner.Program, .. Runner.Arguments, $"--expression={Source.Target}", $"--id={Name}", $"--version={Version}"],
        var (kind, _) => throw new ArgumentOutOfRangeException(nameof(staged), kind, "an evaluator with a process"),
    };

    /// <summary>Looks whether it may run here at all.</summary>
    /// <exception cref="EvaluatorRefusedException">There is no sandbox, or no such program.</exception>
    public void ThrowUnlessPossible()
    {
        if (!Sandbox.IsAvailable && !Limits.Unsandboxed)
            throw new EvaluatorRefusedException(Name, $"this machine has no sandbox for it: {Sandbox.Description}");
        if (Source.Kind is EvaluatorKind.Command && !Source.Target.Contains('/') && Sandbox.Find(Source.Target) is null)
            throw new EvaluatorRefusedException(
                Name, $"there is no program '{Source.Target}' in {Sandbox.SearchPath}: give its path, and declare the files that it needs");
    }
}
