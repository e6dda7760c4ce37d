using System.CommandLine;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Cli;

/// <summary><c>bench</c>: lets a model do a benchmark.</summary>
static class BenchCommand
{
    const string MultipleChoice = "multiple-choice", Text = "text", Letters = "letters";
    const int ItemsAtOnce = 64;                       // a few seconds of a small model between two words to the user

    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "A folder with config.json, model.safetensors and a tokenizer; or run:RUN@STEP, a run's policy after a step.",
            HelpName = "MODEL",
            Required = true,
        };
        var file = new Option<string>("--file")
        {
            Description = "The questions: JSON lines or CSV, plain or packed with gzip; docs/guides/evaluators.md has the columns.",
            HelpName = "FILE",
            Required = true,
        };
        var task = new Option<string>("--task")
        {
            Description = "multiple-choice: which choice is likeliest.",
            Required = true,
        }.OneOf(MultipleChoice);
        var format = new Option<string>("--format")
        {
            Description = "multiple-choice: score the texts of the choices, or list them in the question and score their letters.",
            DefaultValueFactory = _ => Text,
        }.OneOf(Text, Letters);
        var limit = Options.Number("--limit", "N", "Only the first N items of the file.", int.MaxValue, 1, int.MaxValue);
        var (acceptBuild, data, json) = (Options.AcceptBuild(), Options.Data(), Options.Json());
        var command = new Command("bench", "Lets a model do a benchmark, and scores it.")
        {
            model, file, task, format, limit, acceptBuild, data, json,
        };
        model.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && RunPolicyName.IsMeantBy(name) && !RunPolicyName.TryParse(name, out _))
                result.AddError($"--model: '{name}' is not {RunPolicyName.Form}");
        });
        command.SetAction(async (parse, ct) =>
        {
            var (path, most, asJson) = (parse.GetRequiredValue(file), parse.GetValue(limit), parse.GetValue(json));
            var items = BenchFile.Read("--file", path, ChoiceFile.Read, most);
            var loaded = await ModelArgument
                .LoadAsync(parse.GetRequiredValue(model), parse.GetValue(data), parse.GetValue(acceptBuild), ct).ConfigureAwait(false);
            return Choose(loaded, items, parse.GetValue(format) is Letters, asJson, ct);
        });
        return command;
    }

    static int Choose(ModelToGenerate model, IReadOnlyList<ChoiceItem> items, bool letters, bool json, CancellationToken ct)
    {
        using var workers = new ComputeWorkers(Environment.ProcessorCount);
        using var scorer = new CpuScorer(workers);
        scorer.Load(model.Weights);
        var bench = new ChoiceBench(
            model.Tokenizer, model.Weights.Config.MaxPositions, sequences => scorer.LogProbs(sequences, temperature: 1), letters);
        return BenchOutput.Write(ChoiceScores.Metrics, items.Chunk(ItemsAtOnce).Select(bench.Score), items.Count, json, ct);
    }
}
