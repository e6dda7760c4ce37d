using System.Net;
using System.Runtime.CompilerServices;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>The document of the API, and the page that shows it.</summary>
public sealed class ApiDocumentTests
{
    /// <summary>With ACTORRLHF_WRITE_GOLDEN=1 the file is written anew.</summary>
    [Fact]
    public async Task Document_Served_IsTheOneInDocs()
    {
        await using var host = await ServedHost.StartAsync();
        var served = await host.Client.GetStringAsync("/openapi/v1.json") + "\n";

        if (Environment.GetEnvironmentVariable("ACTORRLHF_WRITE_GOLDEN") == "1") await File.WriteAllTextAsync(DocumentFile(), served);
        else
            Assert.True(served == await File.ReadAllTextAsync(DocumentFile()),
                "docs/openapi.json is not what the host serves; ACTORRLHF_WRITE_GOLDEN=1 and this test write it anew");
    }

    [Fact]
    public async Task Document_EveryOperation_HasANameASummaryAndARefusal()
    {
        await using var host = await ServedHost.StartAsync();
        var document = await host.GetAsync("/openapi/v1.json");

        Assert.StartsWith("3.1.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(verb => (Path: path.Name, Verb: verb.Name, What: verb.Value)))
            .ToArray();
        Assert.True(operations.Length > 10, $"{operations.Length} operations");
        Assert.Equal(operations.Length, operations.Select(one => one.What.GetProperty("operationId").GetString()).Distinct().Count());
        foreach (var (path, verb, what) in operations)
        {
            Assert.NotEqual("", what.GetProperty("summary").GetString());
            if (path == "/health/live") continue;
            var scope = Assert.Single(Assert.Single(what.GetProperty("security").EnumerateArray()).GetProperty("bearer").EnumerateArray());
            Assert.Contains(scope.GetString()!, ActorRlhf.Host.Api.Scopes.All);
            var responses = what.GetProperty("responses").Names();
            Assert.True(responses.Intersect(["401", "403", "429"]).Count() == 3, $"{verb} {path}: {string.Join(", ", responses)}");
            Assert.True(responses.Any(status => status.StartsWith('2')), $"{verb} {path} never succeeds");
            Assert.Equal("application/problem+json",
                Assert.Single(what.GetProperty("responses").GetProperty("401").GetProperty("content").Names()));
        }
    }

    [Fact]
    public async Task ReferencePage_Anybody_SeesAPageThatLoadsNothingFromElsewhere()
    {
        await using var host = await ServedHost.StartAsync();
        using var nobody = new HttpClient { BaseAddress = host.Server.Address };

        using var response = await nobody.GetAsync("/reference/");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("//cdn", page, StringComparison.Ordinal);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("\"telemetry\":false", page, StringComparison.Ordinal);
        Assert.Contains("\"withDefaultFonts\":false", page, StringComparison.Ordinal);
        Assert.Contains("\"agent\":{\"disabled\":true}", page, StringComparison.Ordinal);
        var nonce = policy.Split("'nonce-")[1].Split('\'')[0];
        Assert.Equal(Count(page, "<script"), Count(page, $"nonce=\"{nonce}\""));
        foreach (var script in (string[])["token.js", "scalar.js", "scalar.aspnetcore.js"])
            Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync($"/reference/{script}")).StatusCode);
        Assert.Contains("/openapi/v1.json", await nobody.GetStringAsync("/reference/token.js"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/openapi/v1.json")).StatusCode);
    }

    static int Count(string text, string part) => text.Split(part).Length - 1;

    static string DocumentFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "openapi.json"));
}
