using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using ActorRlhf.Host.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Who gets in: every route and every verb.</summary>
public sealed class DoorTests
{
    static readonly string[] s_verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    [Fact]
    public async Task Routes_All_HaveAScopeOrAreTheOneOpenOne()
    {
        await using var host = await ServedHost.StartAsync();

        var routes = Routes(host);

        Assert.True(routes.Length > 10, $"{routes.Length} routes");
        foreach (var route in routes)
        {
            var policies = route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(one => one.Policy).ToArray();
            if (Path(route) == HealthRoutes.Live) Assert.NotNull(route.Metadata.GetMetadata<IAllowAnonymous>());
            else
                Assert.True(policies is [{ } only] && Scopes.All.Contains(only),
                    $"{Path(route)} has the policies {string.Join(", ", policies)}");
        }
    }

    [Fact]
    public async Task Routes_All_EveryVerb_RefuseWhoeverMayNot()
    {
        await using var host = await ServedHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Server.Address };
        var right = host.Client.DefaultRequestHeaders.Authorization!;

        foreach (var path in Routes(host).Select(Path).Append("/v1/nothing").Distinct())
            foreach (var verb in s_verbs)
            {
                if (path == HealthRoutes.Live) continue;
                Task<HttpStatusCode> Status(AuthenticationHeaderValue? token, string? hostName = null, string? origin = null) =>
                    StatusAsync(client, verb, path.Replace("{id}", "some").Replace("{documentName}", "v1"), token, hostName, origin);
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(null));
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(new AuthenticationHeaderValue("Bearer", new string('0', 64))));
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(new AuthenticationHeaderValue("Basic", right.Parameter)));
                Assert.Equal(HttpStatusCode.BadRequest, await Status(right, hostName: "evil.example"));
                Assert.Equal(HttpStatusCode.Forbidden, await Status(right, origin: "http://evil.example"));
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

    static string Path(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.TrimStart('/');
}
