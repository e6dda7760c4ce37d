using System.CommandLine;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Host.Cli;

/// <summary><c>generate</c>: lets a model write.</summary>
static class GenerateCommand
{
    const string Cpu = "cpu", Torch = "torch";

    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "A folder with config.json, model.safetensors and a tokenizer; or run:RUN@STEP, a run's policy after a step.",
            HelpName = "MODEL",
            Required = true,
        };
        var prompt = new Option<string>("--prompt")
        {
            Description = "What to continue; nothing but the token that begins a text unless given.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "",
        };
        var tokens = Options.Number("--max-tokens", "N", "Most tokens of a completion.", 256, 1, int.MaxValue);
        // Below, float32 has no room for the factor of the logits.
        var temperature = Options.Number("--temperature", "X", "Divides the logits; for the most likely token use --greedy.", 1, 1e-6, 1e6);
        var topK = Options.Number("--top-k", "N", "Draw from the N most likely tokens; 0 for all.", 0, 0, int.MaxValue);
        var topP = Options.Number(
            "--top-p", "X", "Draw from the fewest most likely tokens that have this probability together.", 1, 1e-6, 1);
        var greedy = new Option<bool>("--greedy") { Description = "Always the most likely token." };
        var seed = Options.Number("--seed", "N", "Decides every draw.", 0UL, 0UL, ulong.MaxValue);
        var engine = new Option<string>("--engine")
        {
            Description = "The managed decoder, or libtorch.",
            DefaultValueFactory = _ => Cpu,
        }.OneOf(Cpu, Torch);
        var count = Options.Number("--count", "N", "How many completions.", 1, 1, 100_000);
        var (acceptBuild, data, json) = (Options.AcceptBuild(), Options.Data(), Options.Json());
        var command = new Command("generate", "Lets a model write.")
        {
            model, prompt, tokens, temperature, topK, topP, greedy, seed, engine, count, acceptBuild, data, json,
        };
        model.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }]
                && RunPolicyName.IsMeantBy(name)
                && !RunPolicyName.TryParse(name, out _))
                result.AddError($"--model: '{name}' is not {RunPolicyName.Form}");
        });
        command.SetAction((parse, ct) => ExecuteAsync(
            parse.GetRequiredValue(model), parse.GetValue(data), parse.GetValue(acceptBuild),
            parse.GetValue(prompt)!, parse.GetValue(count),
            parse.GetValue(engine) is Cpu, parse.GetValue(json),
            new SamplingChoice(
                parse.GetValue(tokens), parse.GetValue(seed), parse.GetValue(temperature), parse.GetValue(topK), parse.GetValue(topP),
                parse.GetValue(greedy)), ct));
        return command;
    }

    static async Task<int> ExecuteAsync(
        string model, string? data, bool acceptBuild, string prompt, int count, bool cpu, bool json,
        SamplingChoice choice, CancellationToken ct)
    {
        var loaded = await ModelArgument.LoadAsync(model, data, acceptBuild, ct).ConfigureAwait(false);
        using var workers = new ComputeWorkers(Math.Min(count, Environment.ProcessorCount));
        using ISampler sampler = cpu ? new CpuDecoder(workers) : TorchEngine.Auto.Sampler(workers);
        foreach (var (index, line) in new Generation(loaded, sampler).Of(prompt, count, choice).Index())
            if (json) JsonOutput.Write(line);
            else Console.Out.Write((index > 0 ? "---\n" : "") + SafeText.Of(line.Completion) + "\n");
        return ExitCode.Done;
    }
}
