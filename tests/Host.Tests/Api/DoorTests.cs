using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using ActorRlhf.Host.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Who gets in: every route and every verb.</summary>
public sealed class DoorTests
{
    static readonly string[] s_verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    [Fact]
    public async Task Routes_All_AreInTheDocumentOrNamedAsOpen()
    {
        await using var host = await ServedHost.StartAsync();
        var documented = (await OperationsAsync(host)).Select(one => (one.Verb, one.Path)).ToHashSet();

        var routes = Routes(host);

        Assert.True(routes.Length > 10, $"{routes.Length} routes");
        foreach (var route in routes)
        {
            var path = ClosedDoors.PathOf(route);
            if (ClosedDoors.Open.Contains(path) || path == "/openapi/{documentName}.json") continue;
            foreach (var verb in route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods)
                Assert.True(documented.Contains((verb, path)), $"{verb} {path} is not in the document");
        }
    }

    [Fact]
    public void Route_WithoutAScopeOrOpenToAll_StopsTheHost()
    {
        static Exception? Opened(Action<RouteHandlerBuilder> describe, string path = "/v1/new")
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Services.AddAuthorization();
            var web = builder.Build();
            describe(web.MapGet(path, () => "secret"));
            return Record.Exception(() => ClosedDoors.ThrowUnlessClosed(
                ((IEndpointRouteBuilder)web).DataSources.SelectMany(source => source.Endpoints)));
        }

        Assert.Equal("/v1/new", Assert.IsType<OpenRouteException>(Opened(_ => { })).Route);
        Assert.IsType<OpenRouteException>(Opened(route => route.AllowAnonymous()));
        Assert.IsType<OpenRouteException>(Opened(route => route.RequireAuthorization()));
        Assert.IsType<OpenRouteException>(Opened(route => route.RequireAuthorization("another")));
        Assert.IsType<OpenRouteException>(Opened(route => route.RequireAuthorization(Scopes.Read).AllowAnonymous()));
        Assert.Null(Opened(route => route.RequireAuthorization(Scopes.Read)));
        Assert.Null(Opened(route => route.AllowAnonymous(), HealthRoutes.Live));
    }

    [Fact]
    public async Task Routes_All_EveryVerb_RefuseWhoeverMayNot()
    {
        await using var host = await ServedHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Server.Address };
        var right = host.Client.DefaultRequestHeaders.Authorization!;
        var operations = await OperationsAsync(host);
        var others = new Dictionary<string, AuthenticationHeaderValue>();
        foreach (var scope in Scopes.All)
            others[scope] = Bearer(new TokenBook(host.Directory).Add(
                $"all-but-{scope}", [.. Scopes.All.Except([scope])], null, TimeProvider.System.GetUtcNow()));

        Assert.True(operations.Length > 10, $"{operations.Length} operations");
        foreach (var path in operations.Select(one => one.Path).Append("/v1/nothing").Append("/openapi/v1.json").Distinct())
            foreach (var verb in s_verbs)
            {
                if (path == HealthRoutes.Live) continue;
                Task<HttpStatusCode> Status(AuthenticationHeaderValue? token, string? hostName = null, string? origin = null) =>
                    StatusAsync(client, verb, path.Replace("{", "").Replace("}", ""), token, hostName, origin);
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(null));
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(Bearer(new string('0', 64))));
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(new AuthenticationHeaderValue("Basic", right.Parameter)));
                Assert.Equal(HttpStatusCode.BadRequest, await Status(right, hostName: "evil.example"));
                Assert.Equal(HttpStatusCode.Forbidden, await Status(right, origin: "http://evil.example"));
                foreach (var one in operations.Where(one => one.Path == path && one.Verb == verb))
                    Assert.True(await Status(others[one.Scope!]) == HttpStatusCode.Forbidden, $"{verb} {path} without {one.Scope}");
            }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "GET", HealthRoutes.Live, null, null, null));
    }

    [Fact]
    public async Task Request_BehindAProxy_IsForTheHostsThatAreNamedAndFromTheirPages()
    {
        await using var host = await ServedHost.StartAsync(
            with: settings => settings with { BehindProxy = true, Hosts = ["rlhf.example"] });
        using var client = new HttpClient { BaseAddress = host.Server.Address };
        Task<HttpStatusCode> Status(string hostName, string? origin = null) =>
            StatusAsync(client, "GET", "/v1/runs", host.Client.DefaultRequestHeaders.Authorization, hostName, origin);

        Assert.Equal(HttpStatusCode.OK, await Status("rlhf.example"));
        Assert.Equal(HttpStatusCode.OK, await Status("rlhf.example", "https://rlhf.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await Status("rlhf.example", "https://evil.example"));
        Assert.Equal(HttpStatusCode.BadRequest, await Status("evil.example"));
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/v1/runs") { Headers = { Host = "evil.example" } };
        using var refused = await client.SendAsync(foreign);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Request_TokenInTheAddressOrTooLongABody_IsRefused()
    {
        await using var host = await ServedHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Server.Address };
        var token = host.Client.DefaultRequestHeaders.Authorization!.Parameter;

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"/v1/runs?access_token={token}&token={token}")).StatusCode);
        using var huge = new StringContent($"{{\"recipe\":\"{new string('x', 2 << 20)}\"}}", new MediaTypeHeaderValue("application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.Client.PostAsync("/v1/runs", huge)).StatusCode);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task TokenFile_OthersMayReadIt_HostDoesNotStart()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-token-").FullName;
        var path = TokenFile.In(folder);
        TokenFile.Ensure(folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => ServedHost.StartAsync(directory: folder));

        Assert.Contains("others than its owner may read it", thrown.Message);
        Directory.Delete(folder, recursive: true);
    }

    static async Task<HttpStatusCode> StatusAsync(
        HttpClient client, string verb, string path, AuthenticationHeaderValue? token, string? hostName, string? origin)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        request.Headers.Authorization = token;
        request.Headers.Host = hostName;
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    static RouteEndpoint[] Routes(ServedHost host) =>
        [.. host.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <summary>What the served document has; the scope is null for what is open.</summary>
    static async Task<(string Path, string Verb, string? Scope)[]> OperationsAsync(ServedHost host) =>
        [.. from path in (await host.GetAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject()
            from verb in path.Value.EnumerateObject()
            let scope = verb.Value.TryGetProperty("security", out var needed) ? needed[0].GetProperty("bearer")[0].GetString() : null
            select (path.Name, verb.Name.ToUpperInvariant(), scope)];

    static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);
}
