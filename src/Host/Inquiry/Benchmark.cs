using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Questions for a language model, and who scores its answers.</summary>
/// <param name="Name">As <c>--task</c> and events call it.</param>
/// <param name="Version">Of how it is asked and scored: another one is another measurement.</param>
/// <param name="Settings">How it is asked, <c>name=value</c> in order of the names, with spaces between them.</param>
/// <param name="Metrics">Those of the results.</param>
/// <param name="Count">Questions.</param>
abstract record Benchmark(string Name, string Version, string Settings, IReadOnlyList<Metric> Metrics, int Count)
{
    /// <summary>The tasks.</summary>
    public const string MultipleChoice = "multiple-choice", Gsm8k = "gsm8k";

    /// <summary>Asks a model; results come in the questions' order, some at a time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workers">Threads that do the work.</param>
    public abstract IEnumerable<IReadOnlyList<BenchResult>> Ask(ModelToGenerate model, ComputeWorkers workers);

    /// <summary>Settings in canonical form.</summary>
    /// <param name="all">Names and values; one without a value is left out.</param>
    protected static string Of(params (string Name, object? Value)[] all) => string.Join(' ', all.Where(one => one.Value is not null)
        .OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => FormattableString.Invariant($"{one.Name}={one.Value}")));
}
