using System.CommandLine;
using System.Globalization;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;

namespace ActorRlhf.Host.Cli;

/// <summary><c>best-of-n</c>: what choosing the best of n samples by a run's reward models gains, without any RL.</summary>
static class BestOfNCommand
{
    const int MostSamples = 100_000;

    public static Command Create()
    {
        var (run, data, json) = (Options.Run(), Options.Data(), Options.Json());
        var sizes = new Option<int[]>("--n")
        {
            Description = "How many samples to choose from, separated by commas.",
            HelpName = "N,N",
            DefaultValueFactory = _ => [1, 4, 16, 64],
            CustomParser = result =>
            {
                var parsed = result.Tokens[0].Value.Split(',')
                    .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0)
                    .ToArray();
                if (!parsed.All(n => n is >= 1 and <= MostSamples))
                    result.AddError($"--n: '{result.Tokens[0].Value}' is not a list of whole numbers from 1 to {MostSamples} "
                        + "such as 1,4,16");
                return parsed;
            },
        };
        var samples = Options.Number(
            "--samples", "N",
            "Samples of each prompt, at least the largest n; more make the estimate surer.",
            64, 1, MostSamples);
        var prompts = Options.Number("--prompts", "N", "Held-out prompts.", 64, 1, MostSamples);
        var command = new Command("best-of-n", "Samples the SFT policy and lets the reward models choose: proxy and gold against n.")
        {
            run, sizes, samples, prompts, data, json,
        };
        command.SetAction(parse => Execute(
            parse.GetRequiredValue(run), parse.GetValue(data), parse.GetValue(json),
            parse.GetValue(sizes)!, parse.GetValue(samples), parse.GetValue(prompts)));
        return command;
    }

    static int Execute(string name, string? data, bool json, int[] sizes, int samples, int prompts)
    {
        var largest = sizes.Max();
        if (largest > samples)
            return Talk.Refuse(
                ExitCode.Usage, $"--samples: {samples} is not at least {largest}, the largest n; give --samples {largest} or more");
        using var directory = DataDirectory.OpenForReading(data);
        var scored = BestOfNSamples.Draw(new RunReader(directory.Store).Open(name), prompts, samples, Talk.Say);
        var lines = sizes.Select(n => Estimate(scored, n));
        if (json) foreach (var line in lines) JsonOutput.Write(line);
        else Tables.Write([">n", ">KL at most", ">proxy", ">±", ">gold", ">±"], lines.Select(line => new[]
        {
            Figures.Of(line.N), Figures.Of(line.KlBound),
            Figures.Of(line.Proxy.Mean), Figures.Of(line.Proxy.StandardError),
            Figures.Of(line.Gold?.Mean), Figures.Of(line.Gold?.StandardError),
        }));
        return ExitCode.Done;
    }

    static BestOfNLine Estimate(BestOfNSamples scored, int n)
    {
        var estimates = scored.Proxy.Select((proxy, i) => BestOfN.Estimate(proxy, scored.Gold?[i] ?? proxy, n)).ToArray();
        return new BestOfNLine(n, BestOfN.KlBound(n), MeanLine.Of([.. estimates.Select(one => one.Proxy)]),
            scored.Gold is null ? null : MeanLine.Of([.. estimates.Select(one => one.Gold)]));
    }
}
