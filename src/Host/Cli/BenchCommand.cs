using System.CommandLine;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Evaluation.Catalogue.RewardModels;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Cli;

/// <summary><c>bench</c>: lets a model do a benchmark.</summary>
static class BenchCommand
{
    const string MultipleChoice = "multiple-choice", Gsm8k = "gsm8k", RewardModel = "reward-model", Text = "text", Letters = "letters";
    const int MostShots = 64, UsualTokens = 256;      // as lm-evaluation-harness generates
    const int ChoicesAtOnce = 64, ProblemsAtOnce = 16; // a few seconds of a small model between two words to the user

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
        }.OneOf(MultipleChoice, Gsm8k, RewardModel);
        var format = new Option<string>("--format")
        {
            Description = "multiple-choice: score the texts of the choices, or list them in the question and score their letters.",
            DefaultValueFactory = _ => Text,
        }.OneOf(Text, Letters);
        var shots = Options.Number("--shots", "N", "gsm8k: worked examples before each question, usually 8.", 0, 0, MostShots);
        var shotsFile = new Option<string?>("--shots-file")
        {
            Description = "gsm8k: where the examples are, the first of the file; that for training.",
            HelpName = "FILE",
        };
        var tokens = Options.Number("--max-tokens", "N", "gsm8k: most tokens of a completion.", UsualTokens, 1, int.MaxValue);
        var showPrompts = new Option<bool>("--show-prompts") { Description = "gsm8k: with --json, also what the model was given." };
        var limit = Options.OptionalNumber("--limit", "N", "Only the first N items of the file; all unless given.", 1, int.MaxValue);
        var (acceptBuild, data, json) = (Options.AcceptBuild(), Options.Data(), Options.Json());
        var command = new Command("bench", "Lets a model do a benchmark, and scores it.")
        {
            models, file, task, format, shots, shotsFile, tokens, showPrompts, limit, acceptBuild, data, json,
        };
        models.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.Select(token => token.Value))
                if (RunPolicyName.IsMeantBy(name) && !RunPolicyName.TryParse(name, out _))
                    result.AddError($"--model: '{name}' is not {RunPolicyName.Form}");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(shots) > 0 && result.GetValue(shotsFile) is null)
                result.AddError("--shots: the examples are missing; give --shots-file, GSM8K's file for training");
        });
        command.SetAction(async (parse, ct) =>
        {
            // Files are read first: what is wrong with them is known at once, and a model may take minutes.
            var (path, most, asJson) = (parse.GetRequiredValue(file), parse.GetValue(limit) ?? int.MaxValue, parse.GetValue(json));
            Func<string, string?, Task<int>> askAsync;
            Task<ModelToGenerate> LoadAsync(string name) =>
                ModelArgument.LoadAsync(name, parse.GetValue(data), parse.GetValue(acceptBuild), ct);
            switch (parse.GetValue(task))
            {
                case MultipleChoice:
                    var items = BenchFile.Read("--file", path, ChoiceFile.Read, most);
                    askAsync = async (name, shown) => Choose(
                        await LoadAsync(name).ConfigureAwait(false), items, parse.GetValue(format) is Letters, asJson, shown, ct);
                    break;
                case RewardModel:
                    var pairs = BenchFile.Read("--file", path, PreferenceFile.Read, most);
                    askAsync = (name, shown) => Task.FromResult(Prefer(
                        ModelArgument.LoadRewardModels(name, parse.GetValue(data)), pairs, asJson, shown, ct));
                    break;
                default:
                    var problems = BenchFile.Read("--file", path, text => Gsm8kExample.Read(BenchFile.Lines(text)), most);
                    var prompts = PromptsOf(parse.GetValue(shotsFile), parse.GetValue(shots));
                    askAsync = async (name, shown) => Solve(
                        await LoadAsync(name).ConfigureAwait(false), problems, prompts, parse.GetValue(tokens),
                        parse.GetValue(showPrompts), asJson, shown, ct);
                    break;
            }
            var (named, code) = (parse.GetRequiredValue(models), ExitCode.Done);
            foreach (var name in named)
                code = Math.Max(code, await askAsync(name, named.Length > 1 ? name : null).ConfigureAwait(false));
            return code;
        });
        return command;
    }

    static int Choose(ModelToGenerate model, IReadOnlyList<ChoiceItem> items, bool letters, bool json, string? shown, CancellationToken ct)
    {
        using var workers = new ComputeWorkers(Environment.ProcessorCount);
        using var scorer = new CpuScorer(workers);
        scorer.Load(model.Weights);
        var bench = new ChoiceBench(
            model.Tokenizer, model.Weights.Config.MaxPositions, sequences => scorer.LogProbs(sequences, temperature: 1), letters);
        return BenchOutput.Write(ChoiceScores.Metrics, items.Chunk(ChoicesAtOnce).Select(bench.Score), items.Count, json, shown, ct);
    }

    static int Prefer(RewardModelsToScore models, IReadOnlyList<PreferenceItem> pairs, bool json, string? shown, CancellationToken ct)
    {
        using var workers = new ComputeWorkers(Environment.ProcessorCount);
        using var bench = new RewardModelBench(models, workers);
        return BenchOutput.Write(bench.Metrics, pairs.Chunk(ChoicesAtOnce).Select(bench.Score), pairs.Count, json, shown, ct);
    }

    static Gsm8kPrompts PromptsOf(string? file, int shots) => shots == 0
        ? new Gsm8kPrompts()
        : BenchFile.Read<Gsm8kPrompts>("--shots-file", file!, text => [Gsm8kPrompts.WithFirst(BenchFile.Lines(text), shots)])[0];

    static int Solve(
        ModelToGenerate model, IReadOnlyList<Gsm8kExample> problems, Gsm8kPrompts prompts, int tokens, bool showPrompts, bool json,
        string? shown, CancellationToken ct)
    {
        var evaluator = BuiltInEvaluators.ById[Gsm8k];
        using var workers = new ComputeWorkers(Environment.ProcessorCount);
        using var decoder = new CpuDecoder(workers);
        decoder.Load(model.Weights);
        var bench = new Gsm8kBench(model, decoder, prompts, evaluator, tokens, showPrompts);
        return BenchOutput.Write(
            evaluator.Metrics, problems.Index().Chunk(ProblemsAtOnce).Select(bench.Solve), problems.Count, json, shown, ct);
    }
}
