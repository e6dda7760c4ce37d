using System.CommandLine;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Runner;

namespace ActorRlhf.Host.Cli;

/// <summary>
/// <c>evaluator-runner</c>: runs an assembly or an expression as an evaluator that speaks the protocol. Hidden: the host starts it.
/// </summary>
static class EvaluatorRunnerCommand
{
    public static Command Create()
    {
        Option<string?> assembly = new("--assembly"), type = new("--type"), expression = new("--expression");
        Option<string?> id = new("--id"), version = new("--version");
        var command = new Command(OwnRunner.Command, "Runs an evaluator of .NET.") { assembly, type, expression, id, version };
        command.Hidden = true;
        command.SetAction(parse => RunAsync(() => parse.GetValue(assembly) is { } file
            ? AssemblyEvaluator.Load(file, parse.GetValue(type)!)
            : new ExpressionEvaluator(parse.GetValue(expression)!, parse.GetValue(id)!, parse.GetValue(version)!)));
        return command;
    }

    static async Task<int> RunAsync(Func<IEvaluator> create)
    {
        using var output = ProtocolOutput.Take();
        try { await RunnerLoop.RunAsync(create(), Console.OpenStandardInput(), output).ConfigureAwait(false); }
        catch (RunnerRefusal refusal) { return Talk.Refuse(ExitCode.Failed, refusal.Message); }
        return ExitCode.Done;
    }
}
