using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Host.Api;
using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>What is read of runs beside their events: state, artefacts, models, archives, recipes.</summary>
public sealed class DataRoutesTests
{
    [Fact]
    public async Task State_AtAStep_IsTheReplaysByteForByte()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);

        var text = await host.Client.GetStringAsync($"/v1/runs/{run}/state?step=1");

        var replayed = RunReplay.Of(new RunReader(host.Store).Streams(host.Record(run).Id), 1).State.ToCanonicalJson();
        var told = JsonDocument.Parse(text).RootElement;
        Assert.Equal(1, told.GetProperty("step").GetInt32());
        Assert.Equal(System.Text.Encoding.UTF8.GetString(replayed), told.GetProperty("state").GetRawText());
        Assert.Equal(ContentHash.Of(replayed).ToString(), told.GetProperty("stateHash").GetString());
        await host.GetAsync($"/v1/runs/{run}/state?step=99", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Artefact_ByItsHash_IsSentOnceAndThenKnown()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);
        var events = host.Record(run).Training().Select(read => read.Event).ToArray();
        var (rows, numbers) = (events.OfType<RolloutCollected>().First().Artefact, events.OfType<PolicyUpdated>().First().Artefact);

        foreach (var (hash, kind) in new[] { (rows, "application/x-ndjson"), (numbers, "application/vnd.safetensors") })
        {
            using var sent = await host.Client.GetAsync($"/v1/artefacts/{hash}");
            Assert.Equal(kind, sent.Content.Headers.ContentType?.MediaType);
            Assert.Equal(hash.ToString(), Convert.ToHexStringLower(SHA256.HashData(await sent.Content.ReadAsByteArrayAsync())));
            Assert.Equal($"\"{hash}\"", sent.Headers.ETag?.Tag);
            using var again = new HttpRequestMessage(HttpMethod.Get, $"/v1/artefacts/{hash}");
            again.Headers.IfNoneMatch.Add(sent.Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, (await host.Client.SendAsync(again)).StatusCode);
        }
        await host.GetAsync($"/v1/artefacts/{new string('0', 64)}", HttpStatusCode.NotFound);
        await host.GetAsync($"/v1/artefacts/{rows.ToString().ToUpperInvariant()}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Model_AfterAStep_IsTheFolderThatExportWrites()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);

        using var zip = new ZipArchive(await host.Client.GetStreamAsync($"/v1/runs/{run}/models/2"));

        Assert.Equal(["config.json", "model.safetensors"],
            zip.Entries.Select(entry => entry.FullName).Intersect(["config.json", "model.safetensors"]).Order());
        await using var weights = await zip.GetEntry("model.safetensors")!.OpenAsync();
        Assert.Equal(host.Record(run).State.Weights!.Value.ToString(), Convert.ToHexStringLower(await SHA256.HashDataAsync(weights)));
        await host.GetAsync($"/v1/runs/{run}/models/3", HttpStatusCode.NotFound);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Directory, "tmp")));
    }

    [Fact]
    public async Task Archive_OfOneHost_IsTakenInByAnotherWhichRefusesWhatTheCommandRefuses()
    {
        await using var host = await ServedHost.StartAsync();
        await using var other = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);
        var archive = await host.Client.GetByteArrayAsync($"/v1/runs/{run}/archive");

        var taken = await PostAsync(other, archive);

        Assert.Equal(run, taken.GetProperty("run").GetString());
        Assert.Null(RunAudit.Of(other.Store, other.Record(run).Id).FirstBad);
        Assert.Equal((await host.GetAsync($"/v1/runs/{run}")).GetProperty("head").GetString(),
            (await other.GetAsync($"/v1/runs/{run}")).GetProperty("head").GetString());
        Assert.False((await PostAsync(other, archive)).GetProperty("changed").GetBoolean());
        archive[archive.Length / 2] ^= 1;
        var damaged = Detail(await PostAsync(other, archive, HttpStatusCode.BadRequest));
        Assert.StartsWith("the archive", damaged, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Directory, damaged, StringComparison.Ordinal);
        archive[archive.Length / 2] ^= 1;
        string[] read = [$"/v1/runs/{run}", $"/v1/runs/{run}/metrics"];
        string[] before = [.. await Task.WhenAll(read.Select(other.Client.GetStringAsync))];
        await DeleteAsync(other, run, HttpStatusCode.OK);
        foreach (var path in read) await other.GetAsync(path, HttpStatusCode.NotFound);
        Assert.Contains("force=true", Detail(await PostAsync(other, archive, HttpStatusCode.Conflict)));
        Assert.True((await PostAsync(other, archive, query: "?force=true")).GetProperty("changed").GetBoolean());
        Assert.Null(RunAudit.Of(other.Store, other.Record(run).Id).FirstBad);
        Assert.Equal(before, await Task.WhenAll(read.Select(other.Client.GetStringAsync)));
        foreach (var one in (ServedHost[])[host, other]) Assert.Empty(Directory.EnumerateFiles(Path.Combine(one.Directory, "tmp")));
    }

    [Fact]
    public async Task Archive_OfARunThatIsHereWithLess_IsRefusedBecauseSomebodyMayWriteIt()
    {
        await using var host = await ServedHost.StartAsync();
        await using var other = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 2000);
        await host.AwaitAsync(run, "running");
        await host.PostAsync($"/v1/runs/{run}/pause", new { });
        await PostAsync(other, await host.Client.GetByteArrayAsync($"/v1/runs/{run}/archive"));
        await host.PostAsync($"/v1/runs/{run}/stop", new { });

        var refused = await PostAsync(other, await host.Client.GetByteArrayAsync($"/v1/runs/{run}/archive"), HttpStatusCode.Conflict);

        Assert.Contains("takes in new runs only", Detail(refused));
        Assert.Equal("paused", (await other.GetAsync($"/v1/runs/{run}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Delete_Run_IsRefusedWhileItIsUnderWayAndLeavesATombstoneWithTheTokensName()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 2000);
        await host.AwaitAsync(run, "running");

        Assert.Contains("under way", Detail(await DeleteAsync(host, run, HttpStatusCode.Conflict, "?force=true")));
        await host.PostAsync($"/v1/runs/{run}/pause", new { });
        Assert.Contains("can go on", Detail(await DeleteAsync(host, run, HttpStatusCode.Conflict)));
        await DeleteAsync(host, run[..^1], HttpStatusCode.NotFound, "?force=true");
        var deleted = await DeleteAsync(host, run, HttpStatusCode.OK, "?force=true&reason=a%20test");

        Assert.Equal(run, deleted.GetProperty("run").GetString());
        Assert.Empty((await host.GetAsync("/v1/runs")).GetProperty("items").EnumerateArray());
        await host.GetAsync($"/v1/runs/{run}", HttpStatusCode.NotFound);
        await host.PostAsync($"/v1/runs/{run}/resume", new { }, HttpStatusCode.NotFound);
        var tombstone = host.Store.Journal.Last("deleted-runs")!;
        Assert.Equal("a test", Assert.IsType<RunDeleted>(tombstone.Event).Reason);
        Assert.Equal("owner", tombstone.Envelope.Who);
    }

    [Fact]
    public async Task Request_WhoseRunIsDeletedWhileItIsAnswered_SaysThatTheRunIsGoneAndNotThatItIsDamaged()
    {
        await using var host = await ServedHost.StartAsync();
        var (run, other) = (await CompletedAsync(host), await host.SubmitAsync(seed: 1));
        var explained = new DeletedMeanwhile(host.Store);
        Task AnswerAsync(string id, Func<Task> meanwhile)
        {
            var context = new DefaultHttpContext();
            (context.Request.Path, context.Request.RouteValues["id"]) = ($"/v1/runs/{id}/state", id);
            return explained.ExplainAsync(context, async _ =>
            {
                await meanwhile();
                throw new InvalidOperationException("the recipe is empty");
            });
        }

        var gone = await Assert.ThrowsAsync<RunDeletedException>(
            () => AnswerAsync(run, () => DeleteAsync(host, run, HttpStatusCode.OK)));
        Assert.Contains(run, gone.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => AnswerAsync(other, () => Task.CompletedTask));
    }

    [Fact]
    public async Task Delete_WhileTheDatabaseIsBusy_IsUnavailableAndDeletesNothing()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);
        using (var other = host.Store.Settings.Database.OpenForWriting())
        {
            using var writing = other.BeginTransaction();
            Assert.Contains("The database is busy; try again", Detail(await DeleteAsync(host, run, HttpStatusCode.ServiceUnavailable)));
        }
        Assert.Equal("completed", (await host.GetAsync($"/v1/runs/{run}")).GetProperty("state").GetString());
        await DeleteAsync(host, run, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Archive_WhileTheDatabaseIsBusy_IsUnavailableAndTakenInLater()
    {
        await using var host = await ServedHost.StartAsync();
        await using var other = await ServedHost.StartAsync();
        var archive = await host.Client.GetByteArrayAsync($"/v1/runs/{await CompletedAsync(host)}/archive");
        using (var another = other.Store.Settings.Database.OpenForWriting())
        {
            using var writing = another.BeginTransaction();
            Assert.Contains("The database is busy; try again", Detail(await PostAsync(other, archive, HttpStatusCode.ServiceUnavailable)));
        }
        Assert.True((await PostAsync(other, archive)).GetProperty("changed").GetBoolean());
    }

    [Fact]
    public async Task Delete_ParentOfAFork_IsRefusedUntilTheForkIsGone()
    {
        await using var host = await ServedHost.StartAsync();
        var parent = await CompletedAsync(host);
        var fork = (await host.PostAsync($"/v1/runs/{parent}/fork", new { step = 1 }, HttpStatusCode.Created))
            .GetProperty("run").GetString()!;
        await host.AwaitAsync(fork, "completed");

        Assert.Contains(fork, Detail(await DeleteAsync(host, parent, HttpStatusCode.Conflict)));
        await DeleteAsync(host, fork, HttpStatusCode.OK);
        await DeleteAsync(host, parent, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Retry_OfAStoppedRun_IsTheSameRunAgain()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(seed: 3, steps: 2000);
        Assert.Contains("only one that has", Detail(await host.PostAsync($"/v1/runs/{run}/retry", new { }, HttpStatusCode.Conflict)));
        await host.PostAsync($"/v1/runs/{run}/stop", new { });

        var again = await host.PostAsync($"/v1/runs/{run}/retry", new { }, HttpStatusCode.Created, key: "k");
        var repeated = await host.PostAsync($"/v1/runs/{run}/retry", new { }, HttpStatusCode.Created, key: "k");
        var other = await host.PostAsync($"/v1/runs/{run}/retry", new { seed = 4 }, HttpStatusCode.Created);

        Assert.Equal(again.GetProperty("run").GetString(), repeated.GetProperty("run").GetString());
        Assert.Equal((3, 4), (again.GetProperty("seed").GetInt32(), other.GetProperty("seed").GetInt32()));
        Assert.Equal(2000, again.GetProperty("steps").GetInt32());
        foreach (var one in (JsonElement[])[again, other])
            await host.PostAsync($"/v1/runs/{one.GetProperty("run").GetString()}/stop", new { });
    }

    [Fact]
    public async Task Recipes_ListedShownAndValidated_AreWhatTheCommandPrints()
    {
        await using var host = await ServedHost.StartAsync();

        var names = (await host.GetAsync("/v1/recipes")).GetProperty("items").EnumerateArray()
            .Select(one => one.GetProperty("name").GetString());
        var text = (await host.GetAsync("/v1/recipes/pocket-tiny")).GetProperty("text").GetString()!;
        var good = await host.PostAsync("/v1/recipes/validate", new { recipe = text });
        var bad = await host.PostAsync("/v1/recipes/validate", new
        {
            recipe = text + "\nrewards:\n  members: 3\n",
            set = new Dictionary<string, object> { ["rl.steps"] = -1 },
        });

        Assert.Contains("quickstart", names);
        Assert.Equal((await App.RunAsync("recipes", "show", "pocket-tiny")).Out, text);
        Assert.True(good.GetProperty("ok").GetBoolean());
        Assert.False(bad.GetProperty("ok").GetBoolean());
        var problems = bad.GetProperty("problems").EnumerateArray().ToArray();
        Assert.Contains(problems, one => one.GetProperty("key").GetString() == "rl.steps");
        Assert.Contains(problems, one => one.GetProperty("line").GetInt32() > 0);
        await host.GetAsync("/v1/recipes/none", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Runs_SortedAndCutByTime_ArePagesOfTheWholeOrder()
    {
        await using var host = await ServedHost.StartAsync(concurrent: 1);
        var (one, two) = (await host.SubmitAsync(seed: 1, steps: 4), await host.SubmitAsync(seed: 2, steps: 2));
        await host.AwaitAsync(one, "completed");
        await host.AwaitAsync(two, "completed");
        var time = Uri.EscapeDataString(host.Record(two).AskedFor.UtcDateTime.ToString("O"));
        async Task<string[]> Listed(string query) => [.. (await host.GetAsync($"/v1/runs?{query}")).GetProperty("items").EnumerateArray()
            .Select(line => line.GetProperty("run").GetString()!)];

        Assert.Equal([two, one], await Listed("sort=began"));
        Assert.Equal([one, two], await Listed("sort=step"));
        Assert.Equal([two], await Listed($"sort=step&after={one}"));
        Assert.Equal([two], await Listed($"since={time}"));
        Assert.Equal([one], await Listed($"until={time}"));
        await host.GetAsync("/v1/runs?sort=weather", HttpStatusCode.BadRequest);
        await host.GetAsync("/v1/runs?state=weather", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Completions_ByRewardLengthAndPrompt_AreThoseOfAllSteps()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);
        async Task<JsonElement[]> Found(string query) =>
            [.. (await host.GetAsync($"/v1/runs/{run}/completions?limit=1000&{query}")).GetProperty("items").EnumerateArray()];
        var all = await Found("");
        double Reward(JsonElement one) => one.GetProperty("reward").GetDouble();
        var (low, high) = (all.Select(Reward).Order().ElementAt(all.Length / 3), all.Select(Reward).Order().ElementAt(2 * all.Length / 3));

        var some = await Found(FormattableString.Invariant($"minReward={low:R}&maxReward={high:R}"));
        var prompt = all.First(one => one.GetProperty("set").ValueKind is not JsonValueKind.Null).GetProperty("promptId").GetString()!;
        var same = await Found($"set=heldout&prompt={Uri.EscapeDataString(prompt)}");

        Assert.Equal(all.Count(one => Reward(one) >= low && Reward(one) <= high), some.Length);
        Assert.InRange(some.Length, 1, all.Length - 1);
        Assert.Equal([0, 2], same.Select(one => one.GetProperty("step").GetInt32()).Distinct());
        Assert.All(await Found("minLength=3&maxLength=5"), one => Assert.InRange(one.GetProperty("length").GetInt32(), 3, 5));
        var (paged, after) = (new List<JsonElement>(), "");
        for (string? next = ""; next is not null; after = $"&after={next}")
        {
            var page = await host.GetAsync($"/v1/runs/{run}/completions?limit=7{after}");
            paged.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }
        Assert.Equal(all.Select(one => one.GetRawText()), paged.Select(one => one.GetRawText()));
        var twice = await host.GetAsync($"/v1/runs/{run}/metrics?names=objective/scores,objective/scores");
        Assert.Single(twice.GetProperty("metrics").EnumerateObject());
        string[] wrong =
        [
            "completions?after=x", "completions?after=h", "completions?after=-1", "completions?set=test", "completions?stopReason=tired",
            "metrics?names=objective/scors",
        ];
        foreach (var query in wrong)
            await host.GetAsync($"/v1/runs/{run}/{query}", HttpStatusCode.BadRequest);
    }

    static async Task<string> CompletedAsync(ServedHost host)
    {
        var run = await host.SubmitAsync();
        await host.AwaitAsync(run, "completed");
        return run;
    }

    static async Task<JsonElement> PostAsync(
        ServedHost host, byte[] archive, HttpStatusCode expected = HttpStatusCode.OK, string query = "")
    {
        using var body = new ByteArrayContent(archive) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } };
        return await ReadAsync(await host.Client.PostAsync("/v1/archives" + query, body), expected);
    }

    static async Task<JsonElement> DeleteAsync(ServedHost host, string run, HttpStatusCode expected, string query = "") =>
        await ReadAsync(await host.Client.DeleteAsync($"/v1/runs/{run}{query}"), expected);

    static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
            return JsonDocument.Parse(text).RootElement;
        }
    }

    static string Detail(JsonElement problem) => problem.GetProperty("detail").GetString()!;
}
