using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// Whole PPO steps through actors and journal, for the quickstart's model
/// and for one of C 128 and 4 layers: speed, and where the time goes.
/// </summary>
/// <remarks>
/// Everything is read from the run's own log. "rest" is a step's wall time that no computation accounts for: messages,
/// arithmetic and persisting; "persisting" is <see cref="PersistingCost"/>: artefacts, hashing and the transaction.
/// </remarks>
static class StepPhases
{
    const int WarmUpSteps = 10;

    static readonly (string Name, string[] Overrides)[] s_models =
    [
        ("quickstart (C 64, 2 layers)", []),
        ("C 128, 4 layers", ["policy.hiddenSize=128", "policy.layers=4", "policy.intermediateSize=352"]),
    ];

    /// <summary>Prints a row for each model.</summary>
    public static async Task<int> RunAsync()
    {
        Console.WriteLine("| model | generate tokens/s | train tokens/s | episodes/s | rollout | scoring | update | rest | persisting |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (name, overrides) in s_models) await RowAsync(name, overrides);
        return 0;
    }

    static async Task RowAsync(string name, string[] overrides)
    {
        var data = Directory.CreateTempSubdirectory("actorrlhf-phases-").FullName;
        try
        {
            // Short training, so that completions are of ordinary length; no evaluation and no checkpoint among the steps measured.
            string[] settings =
            [
                "pretrain.steps=300", "preferences.pairs=512", "preferences.heldout=64", "rl.steps=40", "evaluation.every=1000",
                "evaluation.prompts=8", "checkpoint.every=1000", .. overrides,
            ];
            TrainProcess.Run(data, ["quickstart", .. settings.SelectMany(setting => new[] { "--set", setting })]);
            using var directory = DataDirectory.OpenForReading(data);
            var run = new RunReader(directory.Store).Open("latest");
            var times = Read(run);
            var persisting = await PersistingCost.OfAsync(run, step => step > WarmUpSteps);
            var wall = times.Sum(step => step.Wall);
            string Share(Func<Times, double> part) => $"{times.Sum(part) / wall:0.0%}";
            var tokens = times.Sum(step => step.Tokens);
            var rest = Share(step => step.Wall - step.Rollout - step.Scoring - step.Update);
            Console.WriteLine($"| {name} | {tokens / times.Sum(step => step.Rollout):0} "
                + $"| {tokens * times[0].Epochs / times.Sum(step => step.Update):0} | {times.Sum(step => step.Episodes) / wall:0} "
                + $"| {Share(step => step.Rollout)} | {Share(step => step.Scoring)} | {Share(step => step.Update)} "
                + $"| {rest} | {persisting * times.Count / wall:0.0%} |");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    static List<Times> Read(RunRecord run)
    {
        var (steps, step, before) = (new List<Times>(), new Times(run.Recipe.Rl.Epochs), default(DateTimeOffset));
        foreach (var read in run.Training())
        {
            var seconds = read.Envelope.DurationSeconds ?? 0;
            switch (read.Event)
            {
                case RolloutCollected rollout:
                    step = step with { Rollout = seconds, Tokens = rollout.Lengths.Values.Sum(), Episodes = rollout.Lengths.Values.Length };
                    break;
                case RewardScored:
                    step = step with { Scoring = seconds };
                    break;
                case PolicyUpdated updated:
                    // The first steps compile code: they are left out.
                    if (updated.Step > WarmUpSteps)
                        steps.Add(step with { Update = seconds, Wall = (read.Envelope.Time - before).TotalSeconds });
                    before = read.Envelope.Time;
                    break;
            }
        }
        return steps;
    }

    sealed record Times(
        int Epochs, double Wall = 0, double Rollout = 0, double Scoring = 0, double Update = 0, int Tokens = 0, int Episodes = 0);
}
