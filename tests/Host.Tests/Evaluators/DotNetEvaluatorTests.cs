using System.Collections.Concurrent;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Runner;

namespace ActorRlhf.Host.Tests.Evaluators;

/// <summary>Assemblies and expressions, in the runner's process.</summary>
public sealed class DotNetEvaluatorTests
{
    static readonly EvaluatorLimits s_limits = EvaluatorLimits.Default with { Deadline = TimeSpan.FromSeconds(60) };

    readonly ConcurrentQueue<string> _log = [];

    [SandboxFact]
    public async Task Sample_Sentences_CountsThem()
    {
        var scored = await ScoreAsync(
            new(EvaluatorKind.Assembly, Beside("Sentences.dll"), ["Sentences.SentenceEvaluator"], []), "sentences", "One. Two!");
        Assert.Equal(new Score(2, "Two"), Assert.IsType<ScoredItem>(scored).Scores["sentences"]);
    }

    [SandboxFact]
    public async Task Assembly_NoSuchType_IsRefusedAndSaysWhatThereIs()
    {
        var refused = await Assert.ThrowsAsync<EvaluatorRefusedException>(() =>
            DiscoverAsync(new(EvaluatorKind.Assembly, Beside("Sentences.dll"), ["Sentences.Evaluator"], []), null));
        Assert.Contains("Sentences.dll has no type 'Sentences.Evaluator'; its evaluators are Sentences.SentenceEvaluator", refused.Reason);
    }

    [SandboxTheory]
    [InlineData("completion.Length + prompt.Length", 5.0)]
    [InlineData("reference == null", 1.0)]
    [InlineData("Regex.IsMatch(completion, \"x\")", 0.0)]
    [InlineData("item.TokenCount", null)]
    [InlineData("-completion.Length == -4 ? \"a=b\".Length : 0", 3.0)]
    [InlineData("completion.Split(' ').Length / 2f", 0.5)]
    public async Task Expression_Values_AreScores(string code, double? expected) =>
        Assert.Equal(expected, Assert.IsType<ScoredItem>(await ScoreExpressionAsync(code)).Scores["own"].Value);

    [SandboxTheory]
    [InlineData("0.0 / (completion.Length - 4)", "its value is NaN, expected a finite number")]
    [InlineData("completion", "InvalidCastException: its value is a String, expected a number, a bool or null")]
    [InlineData("completion.Substring(100).Length", "ArgumentOutOfRangeException")]
    public async Task Expression_NoScore_IsAnErrorOfTheItem(string code, string error) =>
        Assert.Contains(error, Assert.IsType<FailedItem>(await ScoreExpressionAsync(code)).Error);

    [SandboxFact]
    public async Task Expression_Prints_DoesNotDisturbTheProtocol()
    {
        var scored = await ScoreExpressionAsync("((Func<int>)(() => { Console.WriteLine(\"printed\"); return 1; }))()");
        Assert.IsType<ScoredItem>(scored);
        Assert.Contains("printed", _log);
    }

    [SandboxFact]
    public async Task Expression_DoesNotCompile_IsRefusedWithLineAndMessage()
    {
        var refused = await Assert.ThrowsAsync<EvaluatorRefusedException>(() =>
            DiscoverAsync(new(EvaluatorKind.Expression, "1 +\ncompletoin.Length", [], []), "own"));
        Assert.Contains("line 2 of the expression: The name 'completoin' does not exist in the current context (CS0103)", refused.Reason);
    }

    [SandboxFact]
    public async Task Expression_WithoutAName_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<EvaluatorRefusedException>(() =>
            DiscoverAsync(new(EvaluatorKind.Expression, "1", [], []), null));
        Assert.Contains("give it one with --id", refused.Reason);
    }

    [SandboxFact]
    public async Task Expression_AllocatesWithoutEnd_IsAnErrorOrIsKilledAndTheHostLives()
    {
        const string code = "((Func<int>)(() => { var held = new List<byte[]>(); while (true) held.Add(new byte[1 << 20]); }))()";
        try { Assert.Contains("OutOfMemoryException", Assert.IsType<FailedItem>(await ScoreExpressionAsync(code)).Error); }
        catch (EvaluatorFaultException fault) { Assert.True(fault.Fault is EvaluatorFault.Memory or EvaluatorFault.Ended, fault.Reason); }
    }

    Task<ItemResult> ScoreExpressionAsync(string code) => ScoreAsync(new(EvaluatorKind.Expression, code, [], []), "own", "four");

    async Task<ItemResult> ScoreAsync(EvaluatorSource source, string id, string completion)
    {
        var found = await DiscoverAsync(source, id);
        await using var judge = (ProcessJudge)Judges.Create(found);
        return Assert.Single(await judge.ScoreAsync([new EvaluationItem("0", "p", completion)], default));
    }

    Task<InjectedEvaluator> DiscoverAsync(EvaluatorSource source, string? id) =>
        Judges.DiscoverAsync(source, s_limits, id, null, null, default);

    EvaluatorJudges Judges => new(OwnRunner.Here, (_, line) => _log.Enqueue(line));

    static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    sealed class SandboxFactAttribute : FactAttribute
    {
        public SandboxFactAttribute() => Skip = WhyNot;
    }

    sealed class SandboxTheoryAttribute : TheoryAttribute
    {
        public SandboxTheoryAttribute() => Skip = WhyNot;
    }

    static string? WhyNot => Sandbox.Detect().IsAvailable ? null : Sandbox.Detect().Description;
}
