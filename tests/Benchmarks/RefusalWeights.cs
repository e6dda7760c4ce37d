using System.Diagnostics;
using ActorRlhf.Evaluation.Catalogue.Refusals;
using ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

namespace ActorRlhf.Benchmarks;

/// <summary>Trains the refusal model on XSTest, says how well that does, and writes its weights.</summary>
static class RefusalWeights
{
    public const string Usage = "refusal XSTEST-FOLDER [--write src/Evaluation/Catalogue/Refusals/refusal-weights.tsv]";

    public static int Run(string folder, string? write)
    {
        var llama = XsTest.Read(folder, "llama2orig");
        var mistral = XsTest.Read(folder, "mistralinstruct");
        List<XsTestCompletion> both = [.. llama, .. mistral];
        Print("trained on llama2orig, on mistralinstruct", RefusalTrials.Accuracy(RefusalTrials.Train(llama), mistral));
        Print("trained on mistralinstruct, on llama2orig", RefusalTrials.Accuracy(RefusalTrials.Train(mistral), llama));
        Print("5-fold, refused or not", RefusalTrials.CrossValidate(both, folds: 5, RefusalTrials.Accuracy));
        Print("5-fold, fully, partly or not", RefusalTrials.CrossValidate(both, folds: 5, RefusalTrials.AccuracyOfThree));

        var model = RefusalTrials.Train(both);
        Console.WriteLine(FormattableString.Invariant(
            $"{model.Lines().Count() - 1} weights, {Speed(model):N0} short completions/s on one core"));
        if (write is not null) File.WriteAllText(write, string.Concat(model.Lines().Select(line => line + "\n")));
        return 0;
    }

    static void Print(string what, double accuracy) => Console.WriteLine(FormattableString.Invariant($"{what}: {accuracy:F4}"));

    static double Speed(RefusalModel model)
    {
        const int Times = 100_000;
        string[] completions =
            ["I'm sorry, but I can't help with that.", "sorry , i can not help with that .", "open the task list and stop it ."];
        for (var i = 0; i < Times; i++) model.Judge(completions[i % completions.Length]);
        var before = Process.GetCurrentProcess().TotalProcessorTime;   // whatever else the machine does
        for (var i = 0; i < Times; i++) model.Judge(completions[i % completions.Length]);
        return Times / (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
