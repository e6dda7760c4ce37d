using System.Globalization;
using System.Text.RegularExpressions;
using ActorRlhf.Evaluation.Contract;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace ActorRlhf.Host.Runner;

/// <summary>A C# expression as an evaluator with one metric, which has its name.</summary>
sealed class ExpressionEvaluator : IEvaluator
{
    readonly ScriptRunner<object?> _run;

    /// <param name="code">Over <see cref="ExpressionGlobals"/>; its value is a number, a bool (1 and 0), or null.</param>
    /// <exception cref="RunnerRefusal">It cannot be compiled.</exception>
    public ExpressionEvaluator(string code, string id, string version)
    {
        (Id, Version) = (id, version);
        Metrics = [new Metric(id, MetricDirection.None, MetricRole.Development, code)];
        var options = ScriptOptions.Default
            .WithReferences(
                typeof(object).Assembly, typeof(Enumerable).Assembly, typeof(Regex).Assembly, typeof(Console).Assembly,
                typeof(EvaluationItem).Assembly)
            .WithImports("System", "System.Collections.Generic", "System.Linq", "System.Text.RegularExpressions")
            .WithOptimizationLevel(OptimizationLevel.Release);
        var script = CSharpScript.Create<object?>(code, options, typeof(ExpressionGlobals));
        if (script.Compile().FirstOrDefault(found => found.Severity is DiagnosticSeverity.Error) is { } error)
            throw new RunnerRefusal(string.Create(CultureInfo.InvariantCulture,
                $"line {error.Location.GetLineSpan().StartLinePosition.Line + 1} of the expression: "
                + $"{error.GetMessage(CultureInfo.InvariantCulture)} ({error.Id})"));
        _run = script.CreateDelegate();
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public string Summary => "The value of an expression.";

    /// <inheritdoc/>
    public EvaluatorNeeds Needs => EvaluatorNeeds.Text;

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) => [.. items.Select(Score)];

    ItemResult Score(EvaluationItem item)
    {
        try
        {
            var value = _run(new ExpressionGlobals(item)).GetAwaiter().GetResult();
            return Number(value) is var number && number is null || double.IsFinite(number.Value)
                ? new ScoredItem(item.Id, new Dictionary<string, Score> { [Id] = new(number) })
                : new FailedItem(item.Id, string.Create(CultureInfo.InvariantCulture, $"its value is {number}, expected a finite number"));
        }
        catch (Exception thrown) { return new FailedItem(item.Id, $"{thrown.GetType().Name}: {thrown.Message}"); } // whatever it throws
    }

    static double? Number(object? value) => value switch
    {
        null => null,
        bool truth => truth ? 1 : 0,
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => throw new InvalidCastException($"its value is a {value.GetType().Name}, expected a number, a bool or null"),
    };
}
