using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>Many runs submitted at once, each under its key several times: how many came of it, and how long that took.</summary>
static class RepeatedCommands
{
    const int Keys = 250, Each = 4;

    /// <summary>Prints a row.</summary>
    public static async Task RunAsync(StoreKind store)
    {
        using var place = new Place(store);
        using var host = await place.ServeAsync();
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, Keys * Each).Select(async number =>
        {
            using var response = await host.SubmitAsync("pocket-tiny", FormattableString.Invariant($"key-{number % Keys}"), ["rl.steps=2"]);
            var refused = response.IsSuccessStatusCode ? null : await response.Content.ReadAsStringAsync();
            return (response.StatusCode, Refused: refused);
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        var created = answers.Count(answer => answer.StatusCode == HttpStatusCode.Created);
        var runs = (await host.Client.GetFromJsonAsync<JsonElement>("/v1/runs?limit=1000")).GetProperty("items").GetArrayLength();
        Console.WriteLine("| commands at once | store | answered with 201 | runs | seconds |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        Console.WriteLine(FormattableString.Invariant(
            $"| {answers.Length}, {Keys} keys | {store} | {created} | {runs} | {seconds:0.0} |"));
        foreach (var refused in answers.Select(answer => answer.Refused).OfType<string>().CountBy(refused => refused))
            Console.WriteLine($"\n{refused.Value} times {refused.Key}");
    }
}
