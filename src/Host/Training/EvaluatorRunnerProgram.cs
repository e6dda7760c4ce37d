using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Host.Training;

/// <summary>How this program starts itself to run assemblies and expressions.</summary>
static class EvaluatorRunnerProgram
{
    /// <summary>This program.</summary>
    public static EvaluatorRunner Here => throw new NotImplementedException();
}
