using System.Text.Json;
using ActorRlhf.Host.Cli;

namespace ActorRlhf.Host.Tests;

/// <summary>Runs commands in this process and catches what they write.</summary>
static class App
{
    public sealed record Result(int Code, string Out, string Error)
    {
        /// <summary>The objects of <c>--json</c>.</summary>
        public JsonElement[] Lines() =>
            [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)];

        /// <summary>The one object of <c>--json</c>.</summary>
        public JsonElement Single() => Assert.Single(Lines());
    }

    public static async Task<Result> RunAsync(params string[] args)
    {
        var (stdout, stderr) = (Console.Out, Console.Error);
        using var output = new StringWriter();
        using var error = new StringWriter();
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            var code = await CommandLine.RunAsync(args);
            return new Result(code, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(stdout);
            Console.SetError(stderr);
        }
    }

    /// <summary>Names of an object's properties, in order.</summary>
    public static string[] Names(this JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];
}
