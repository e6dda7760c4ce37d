using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Text.Json;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Failures;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Tokens with scopes: made, listed and revoked by command, beside a host that is up.</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task Add_WhileTheHostIsUp_WorksAtOnceAndOnlyAsFarAsItsScopes()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 2000);
        await host.AwaitAsync(run, "running");
        using var reader = await WithTokenAsync(host, "reader", "--scope", "read");
        using var operators = await WithTokenAsync(host, "ci-bot", "--scope", "operate", "--scope", "read");

        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"/v1/runs/{run}")).StatusCode);
        using var forbidden = await reader.PostAsync($"/v1/runs/{run}/pause", null);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Contains("this needs operate", await forbidden.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await operators.PostAsync($"/v1/runs/{run}/pause", null)).StatusCode);
        Assert.Equal("ci-bot", (await host.GetAsync($"/v1/runs/{run}")).GetProperty("reason").GetString());
        await host.PostAsync($"/v1/runs/{run}/stop", new { });
    }

    [Fact]
    public async Task Revoke_WhileTheHostIsUp_EndsRequestsAndOpenStreams()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 2000);
        await host.AwaitAsync(run, "running");
        using var client = await WithTokenAsync(host, "leaver", "--scope", "read");
        using var stream = await client.GetAsync($"/v1/runs/{run}/stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        Assert.Equal(0, (await App.RunAsync("tokens", "revoke", "leaver", "--data", host.Directory)).Code);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/runs")).StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(async () => await stream.Content.CopyToAsync(Stream.Null));  // cut off while the run goes on
        Assert.Equal("running", (await host.GetAsync($"/v1/runs/{run}")).GetProperty("state").GetString());
        Assert.Equal("revoked", (await App.RunAsync("tokens", "list", "--json", "--data", host.Directory)).Single()
            .GetProperty("state").GetString());
        await host.PostAsync($"/v1/runs/{run}/stop", new { });
    }

    [Fact]
    public void Book_Token_IsStoredAsADigestAloneAndExpires()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-tokens-").FullName;
        var book = new TokenBook(folder);
        var made = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        var token = book.Add("some", [Scopes.Read], TimeSpan.FromDays(2), made);

        Assert.Matches("^[0-9a-f]{64}$", token);
        Assert.DoesNotContain(token, File.ReadAllText(book.Path));
        var known = Assert.Single(book.All());
        Assert.Equal(("good", "expired"), (known.State(made.AddDays(1.9)), known.State(made.AddDays(2))));
        Assert.Throws<TokenFileException>(() => book.Add("some", [Scopes.Admin], null, made));
        Assert.Throws<TokenFileException>(() => book.Add(KnownToken.Owner, [Scopes.Admin], null, made));
        Assert.True(book.Revoke("some", made.AddDays(1)));
        Assert.False(book.Revoke("nobody", made));
        Assert.Throws<TokenFileException>(() => book.Add("some", [Scopes.Admin], null, made));     // logs name it
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Book_LineThatWasCutOff_CountsForNothingAndIsWrittenOver()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-tokens-").FullName;
        var book = new TokenBook(folder);
        book.Add("first", [Scopes.Read], null, DateTimeOffset.UnixEpoch);
        File.AppendAllText(book.Path, "{\"name\":\"half\",\"scop");

        Assert.Equal(["first"], book.All().Select(one => one.Name));
        book.Add("second", [Scopes.Read], null, DateTimeOffset.UnixEpoch);

        Assert.Equal(["first", "second"], book.All().Select(one => one.Name));
        File.AppendAllText(book.Path, "{\"name\":\"half\"}\n");
        Assert.Contains("line 3", Assert.Throws<TokenFileException>(book.All).Message);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A command that writes has the file to itself, for as long as the disk takes.</summary>
    [Fact, UnsupportedOSPlatform("windows")]
    public void Find_WhileACommandWrites_StillKnowsTheOthers()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-tokens-").FullName;
        var book = new TokenBook(folder);
        var token = book.Add("some", [Scopes.Read], null, DateTimeOffset.UnixEpoch);
        var tokens = new HostTokens("owner", book, TimeProvider.System, NullLogger<HostTokens>.Instance);
        Assert.NotNull(tokens.Find(token));

        using (var writer = new FileStream(book.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Throws<IOException>(() => new FileStream(book.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            writer.Seek(0, SeekOrigin.End);
            writer.Write("\n"u8);
            writer.Flush(flushToDisk: true);
            Assert.Equal("some", tokens.Find(token)?.Name);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void Book_File_IsItsOwnersAlone()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-tokens-").FullName;
        var book = new TokenBook(folder);
        book.Add("some", [Scopes.Read], null, DateTimeOffset.UnixEpoch);
        Assert.Equal(TokenFile.Owner, File.GetUnixFileMode(book.Path));

        File.SetUnixFileMode(book.Path, TokenFile.Owner | UnixFileMode.OtherRead);

        Assert.Contains("others than its owner may read it", Assert.Throws<TokenFileException>(book.All).Message);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("Capital")]
    [InlineData("../up")]
    [InlineData("")]
    [InlineData("0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-")]
    public async Task Add_NameOfAnotherForm_IsRefused(string name)
    {
        var refused = await App.RunAsync("tokens", "add", name, "--scope", "read");
        Assert.Equal(2, refused.Code);
        Assert.Contains("is not 1 to 64 of a-z, 0-9 and -", refused.Error);
    }

    [Fact]
    public async Task Add_Json_IsAnObjectWithTheToken()
    {
        await using var host = await ServedHost.StartAsync();
        var made = await App.RunAsync(
            "tokens", "add", "notebook", "--scope", "read", "--scope", "read", "--expires", "2", "--data", host.Directory, "--json");
        var line = JsonDocument.Parse(made.Out).RootElement;

        Assert.Equal("notebook", line.GetProperty("name").GetString());
        Assert.Equal("read", Assert.Single(line.GetProperty("scopes").EnumerateArray().ToArray()).GetString());
        Assert.True(line.GetProperty("expires").GetDateTime() > TimeProvider.System.GetUtcNow().AddDays(1));
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", line.GetProperty("token").GetString());
        await host.GetAsync("/v1/runs");
    }

    static async Task<HttpClient> WithTokenAsync(ServedHost host, string name, params string[] scopes)
    {
        var made = await App.RunAsync(["tokens", "add", name, "--data", host.Directory, .. scopes]);
        Assert.True(made.Code == 0, made.Error);
        var client = new HttpClient { BaseAddress = host.Server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Out.Trim());
        return client;
    }
}
