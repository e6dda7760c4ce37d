using System.CommandLine;
using System.CommandLine.Parsing;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Evaluation.Catalogue.RewardModels;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Host.Cli;

/// <summary><c>bench</c>: lets a model do a benchmark.</summary>
static class BenchCommand
{
    /// <summary>Makes events of what comes of it.</summary>
    public const string RecordOption = "--record";

    const string RewardModel = "reward-model";
    const int PairsAtOnce = 64;                       // a few seconds of a small model between two words to the user

    public static Command Create()
    {
        var models = new Option<string[]>("--model")
        {
            Description = "A folder with config.json, model.safetensors and a tokenizer; or run:RUN@STEP, a run's policy after a step; for "
                + "reward-model such a folder of one, or run:RUN, whose reward models are asked one by one and together. May be repeated: "
                + "the checkpoints of a run, one after the other.",
            HelpName = "MODEL",
            Required = true,
        };
        var file = new Option<string>("--file")
        {
            Description = "The questions: JSON lines, also CSV but for gsm8k; docs/guides/evaluators.md has the columns.",
            HelpName = "FILE",
            Required = true,
        };
        var task = new Option<string>("--task")
        {
            Description = "Which choice is likeliest, solving the word problems of GSM8K, or which completion people preferred.",
            Required = true,
        }.OneOf(Benchmark.MultipleChoice, Benchmark.Gsm8k, RewardModel);
        var format = new Option<string>("--format")
        {
            Description = "multiple-choice: score the texts of the choices, or list them in the question and score their letters.",
            DefaultValueFactory = _ => BenchmarkRequest.Text,
        }.OneOf(BenchmarkRequest.Text, BenchmarkRequest.Letters);
        var shots = Options.Number(
            "--shots", "N", "gsm8k: worked examples before each question, usually 8.", 0, 0, Gsm8kBenchmark.MostShots);
        var shotsFile = new Option<string?>("--shots-file")
        {
            Description = "gsm8k: where the examples are, the first of the file; that for training.",
            HelpName = "FILE",
        };
        var tokens = Options.Number(
            "--max-tokens", "N", "gsm8k: most tokens of a completion.", BenchmarkRequest.UsualTokens, 1, int.MaxValue);
        var showPrompts = new Option<bool>("--show-prompts") { Description = "gsm8k: with --json, also what the model was given." };
        var limit = Options.OptionalNumber("--limit", "N", "Only the first N items of the file; all unless given.", 1, int.MaxValue);
        var record = new Option<bool>(RecordOption)
        {
            Description = "Writes what came of it into the logs of the runs, as an event of each, and asks nothing that is there already. "
                + "Models are run:RUN@STEP; a host that holds the data directory does the work.",
        };
        var (acceptBuild, source, json) = (Options.AcceptBuild(), new SourceOptions(), Options.Json());
        var command = new Command("bench", "Lets a model do a benchmark, and scores it.")
        {
            models, file, task, format, shots, shotsFile, tokens, showPrompts, limit, record, acceptBuild, json,
        };
        source.AddTo(command);
        models.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.Select(token => token.Value))
                if (RunPolicyName.IsMeantBy(name) && !RunPolicyName.TryParse(name, out _))
                    result.AddError($"--model: '{name}' is not {RunPolicyName.Form}");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(task) is RewardModel)
                foreach (var name in result.GetValue(models) ?? [])
                    if (RunPolicyName.TryParse(name, out var named) && named.Step is not null)
                        result.AddError($"--model: '{name}' names a step, and a run's reward models are the same at every one: "
                            + $"give {named with { Step = null }}");
            // Asked for its value, an option that is no number would throw.
            var isShown = result.GetResult(shots) is { Tokens: [{ Value: var text }] } && int.TryParse(text, out var many) && many > 0;
            if (isShown && result.GetValue(shotsFile) is null)
                result.AddError("--shots: the examples are missing; give --shots-file, GSM8K's file for training");
            if (!result.GetValue(record))
            {
                foreach (var name in SourceOptions.OfHosts)
                    if (result.Children.OfType<OptionResult>().Any(one => one.Option.Name == name && !one.Implicit))
                        result.AddError($"{name} goes with --record: without it the model is asked here");
                return;
            }
            if (result.GetValue(showPrompts))
                result.AddError("--show-prompts goes with lines of items, and not with --record, which keeps the questions");
            if (result.GetValue(task) is RewardModel)
                result.AddError("--record goes with multiple-choice and gsm8k: reward models are the same at every step");
            foreach (var name in result.GetValue(models)!.Where(name => !RunPolicyName.IsMeantBy(name)))
                result.AddError($"--record: '{name}' is not {RunPolicyName.Form}: only runs have a log");
        });
        command.SetAction(async (parse, ct) =>
        {
            // Files are read first: what is wrong with them is known at once, and a model may take minutes.
            var (path, most, asJson) = (parse.GetRequiredValue(file), parse.GetValue(limit), parse.GetValue(json));
            var named = parse.GetRequiredValue(models);
            if (parse.GetValue(task) is RewardModel)
            {
                var pairs = BenchFile.Read("--file", path, PreferenceFile.Read, most ?? int.MaxValue);
                return named.Max(name => Prefer(
                    ModelArgument.LoadRewardModels(name, parse.GetValue(source.Data)), pairs, asJson, Shown(name), ct));
            }
            var examples = parse.GetValue(shotsFile);
            var request = new BenchmarkRequest(
                parse.GetValue(task)!, BenchFile.Text("--file", path), null, parse.GetValue(format)!, parse.GetValue(shots),
                parse.GetValue(shots) > 0 ? BenchFile.Text("--shots-file", examples!) : null, parse.GetValue(tokens), most,
                parse.GetValue(acceptBuild));
            var benchmark = AskedBenchmark.Of(request, ("--file", path), ("--shots-file", examples ?? ""), parse.GetValue(showPrompts));
            if (parse.GetValue(record))
            {
                using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
                return await new BenchRecord(request, benchmark, asJson).RunAsync(host, parse.GetValue(source.Data), named, ct)
                    .ConfigureAwait(false);
            }
            var code = ExitCode.Done;
            foreach (var name in named)
            {
                var model = await ModelArgument.LoadAsync(name, parse.GetValue(source.Data), parse.GetValue(acceptBuild), ct)
                    .ConfigureAwait(false);
                using var workers = new ComputeWorkers(Environment.ProcessorCount);
                code = Math.Max(code, BenchOutput.Write(
                    benchmark.Metrics, benchmark.Ask(model, workers), benchmark.Count, asJson, Shown(name), ct));
            }
            return code;

            string? Shown(string name) => named.Length > 1 ? name : null;
        });
        return command;
    }

    static int Prefer(RewardModelsToScore models, IReadOnlyList<PreferenceItem> pairs, bool json, string? shown, CancellationToken ct)
    {
        using var workers = new ComputeWorkers(Environment.ProcessorCount);
        using var bench = new RewardModelBench(models, workers);
        return BenchOutput.Write(bench.Metrics, pairs.Chunk(PairsAtOnce).Select(bench.Score), pairs.Count, json, shown, ct);
    }
}
