using System.Net;
using System.Text;
using System.Text.Json;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>What a person is told whose request no route can read: the key or parameter, and what was expected; no word of .NET.</summary>
public sealed class UnreadRequestTests
{
    const string Keys = "expected an object with keys of recipe, seed, set, priority";

    [Fact]
    public async Task Body_ThatIsNotAsItShouldBe_IsToldInItsOwnWords()
    {
        await using var host = await ServedHost.StartAsync();
        foreach (var (body, said) in new[]
        {
            ("", $"there is no body; {Keys}"),
            ("null", $"there is no body; {Keys}"),
            ("[]", "the body: it is not an object with keys of recipe, seed, set, priority"),
            ("{}", $"the body lacks 'recipe'; {Keys}"),
            ("""{"recipe":"micro","priorty":1}""", $"'priorty' is no key of this request; {Keys}"),
            ("""{"recipe":null}""", "recipe: null is not text"),
            ("""{"recipe":7}""", "recipe: it is not text"),
            ("""{"recipe":"micro","seed":-1}""", "seed: it is not a whole number from 0 to 18446744073709551615"),
            ("""{"recipe":"micro","priority":"high"}""", "priority: it is not a whole number"),
            ("""{"recipe":"micro","set":[]}""", "set: it is not an object of keys and values"),
            ("""{"recipe":"micro","set":{"name":"\ud800"}}""", "set.name: '\"\\ud800\"' is not text of whole characters"),
            ("""{"recipe":""", "the body is no JSON of this request"),
        })
            AssertSaid(said, body, await SendAsync(host, "/v1/runs", body));
        AssertSaid("prompts[1]: 'null' is not text", "null", await SendAsync(
            host, "/v1/models/generate", """{"model":"run:latest@1","prompts":["a",null]}"""));
    }

    [Fact]
    public async Task Query_ThatIsNotAsItShouldBe_IsToldInItsOwnWords()
    {
        await using var host = await ServedHost.StartAsync();
        foreach (var (path, said) in new[]
        {
            ("/v1/runs?limit=abc", "limit: 'abc' is not a whole number"),
            ("/v1/runs?limit=0", "limit: '0' is not a number of at least 1"),
            ("/v1/runs?since=yesterday", "since: 'yesterday' is not a time such as 2026-01-31T12:00:00Z"),
            ("/v1/evaluators?all=maybe", "all: 'maybe' is not true or false"),
            ("/v1/runs/x/events?after=-1", "after: '-1' is not a number of at least 0"),
            ("/v1/runs/x/events?limit=-1", "limit: '-1' is not a number of at least 1"),
            ("/v1/runs/x/metrics?points=0", "points: '0' is not a number of at least 1"),
            ("/v1/runs/x/metrics?from=9&to=1", "to: '1' is not a number of at least 9"),
            ("/v1/runs/x/completions.jsonl?limit=-1", "limit: '-1' is not a number of at least 0"),
            ("/v1/runs/x/models/-1", "step: '-1' is not a number of at least 0"),
            ("/v1/runs/x/models/last", "step: 'last' is not a whole number"),
        })
            AssertSaid(said, path, (HttpStatusCode.BadRequest, await host.GetAsync(path, HttpStatusCode.BadRequest)));
        var run = await host.SubmitAsync();
        foreach (var (query, said) in new[]
        {
            ("minReward=NaN", "minReward: 'NaN' is not a number"),
            ("minLength=-1", "minLength: '-1' is not a number of at least 0"),
            ("after=-1", "after: '-1' is not what a page before says is next"),
        })
            AssertSaid(said, query, (HttpStatusCode.BadRequest,
                await host.GetAsync($"/v1/runs/{run}/completions?{query}", HttpStatusCode.BadRequest)));
    }

    [Fact]
    public async Task Route_ThatThereIsNot_IsNamed()
    {
        await using var host = await ServedHost.StartAsync();

        AssertSaid("there is no route /v1/runz", "404",
            (HttpStatusCode.BadRequest, await host.GetAsync("/v1/runz", HttpStatusCode.NotFound)));
        using var put = await host.Client.PutAsync("/v1/jobs", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, put.StatusCode);
        Assert.Contains("/v1/jobs does not take PUT; expected GET", await put.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var form = await host.Client.PostAsync("/v1/archives", new FormUrlEncodedContent([]));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        Assert.Contains("expected application/zip", await form.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    static async Task<(HttpStatusCode, JsonElement)> SendAsync(ServedHost host, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync(path, content);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    static void AssertSaid(string expected, string of, (HttpStatusCode Status, JsonElement Problem) answer)
    {
        var detail = answer.Problem.GetProperty("detail").GetString()!;
        Assert.True(answer.Status is HttpStatusCode.BadRequest && detail.Contains(expected, StringComparison.Ordinal),
            $"{of}: {answer.Status}, {detail}; expected {expected}");
        Assert.DoesNotMatch(@"System\.|ActorRlhf\.|\.NET|Nullable", detail);
    }
}
