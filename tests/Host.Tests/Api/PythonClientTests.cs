using System.Diagnostics;
using System.Text.Json;
using ActorRlhf.Host.Api;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>The Python client, by a real interpreter, against a real host.</summary>
public sealed class PythonClientTests
{
    const string Python = "/usr/bin/python3";

    const string Script = """
        import json, os, sys
        sys.path.insert(0, os.environ["CLIENT"])
        import actorrlhf
        host = actorrlhf.Host()
        settings = {"rl.steps": 3, "pretrain.steps": 20, "evaluation.prompts": 8, "preferences.pairs": 32}
        line = host.submit("pocket-tiny", seed=4, set=settings, key="k")
        run = line["run"]
        assert host.submit("pocket-tiny", seed=4, set=settings, key="k")["run"] == run
        first, heard = [], []
        for event in host.stream(run):
            first.append(event.id)
            if len(first) == 3: break
        for event in host.stream(run, after=first[-1]):
            heard.append(event.id)
            if event.type == "run.completed": break
        ended = host.wait(run)
        metrics = host.metrics(run, names=["objective/kl"])
        refusals = []
        for wrong in (lambda: host.run("nope"), lambda: host.submit("pocket-tiny", set={"rl.stps": 1}), lambda: host.resume(run)):
            try: wrong()
            except actorrlhf.HostError as error: refusals.append([error.status, str(error)])
        try: next(actorrlhf.Host("http://127.0.0.1:9", token="x").stream(run))
        except OSError: refusals.append([0, "nobody is there"])
        try: actorrlhf.Host(token="wrong").run(run)
        except actorrlhf.HostError as error: refusals.append([error.status, str(error)])
        whole = []
        for event in host.stream_all(from_start=True):
            whole.append(event.id)
            if event.data["run"] == run and event.type == "run.completed": break
        audit = host.result(host.audit(run, recompute="1..2")["job"])
        said = host.result(host.generate(f"run:{run}@3", ["a"], maxTokens=4, count=2))
        rule = host.result(host.counterfactual(run, {"kl.coefficient": 0.5}))
        archive = host.export(run, os.path.join(os.environ["FOLDER"], "run.zip"))
        deleted = host.delete(run, reason="to take it in again")
        taken = host.import_run(archive, force=True)
        halted = host.submit("pocket-tiny", seed=5, set={"rl.steps": 3000})["run"]
        host.stop(halted)
        again = host.retry(halted, seed=6)
        host.stop(again["run"])
        print(json.dumps({
            "whole": len(whole), "audit": audit["recomputed"], "said": len(said), "rule": rule["summary"]["steps"],
            "deleted": deleted["run"], "taken": taken["run"], "again": again["seed"],
            "jobs": [one["state"] for one in host.jobs()], "files": os.listdir(os.environ["FOLDER"]),
            "run": run, "state": ended["state"], "first": first, "heard": heard, "metrics": metrics, "refusals": refusals,
            "runs": [one["run"] for one in host.runs()], "completions": sum(1 for _ in host.completions(run, step=2, set="training")),
            "events": [one["sequence"] for one in host.events(run)], "queued": sum(1 for _ in host.events(run, type="run.queued")),
            "fork": host.fork(run, 1)["state"], "active": len(host.schedule()["active"])}))
        """;

    [PythonFact]
    public async Task Client_EveryMethod_DoesWhatItSays()
    {
        await using var host = await ServedHost.StartAsync();
        var start = new ProcessStartInfo(Python, ["-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CLIENT"] = Path.Combine(AppContext.BaseDirectory, "Clients");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        var folder = Directory.CreateTempSubdirectory("actorrlhf-python-").FullName;
        start.Environment["FOLDER"] = folder;
        // A token that is meant for this machine goes to no proxy.
        start.Environment["http_proxy"] = "http://127.0.0.1:9";
        foreach (var exempt in (string[])["no_proxy", "NO_PROXY"]) start.Environment.Remove(exempt);
        start.Environment["ACTORRLHF_SERVER"] = host.Server.Address.ToString();
        start.Environment["ACTORRLHF_TOKEN_FILE"] = TokenFile.In(host.Directory);
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(Script);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error, process.WaitForExitAsync());
        Assert.True(process.ExitCode == 0, error.Result);

        var told = JsonDocument.Parse(output.Result).RootElement;
        var run = told.GetProperty("run").GetString()!;
        var record = host.Record(run);
        int training = record.Training().Count(), rows = record.Plan.Episodes;
        Assert.Equal("completed", told.GetProperty("state").GetString());
        Assert.Equal(Enumerable.Range(1, training), told.GetProperty("events").EnumerateArray().Select(one => one.GetInt32()));
        Assert.Equal([run], told.GetProperty("runs").EnumerateArray().Select(one => one.GetString()!).Where(one => one == run));
        Assert.Equal(rows, told.GetProperty("completions").GetInt32());
        Assert.Equal(1, told.GetProperty("queued").GetInt32());
        Assert.Equal("queued", told.GetProperty("fork").GetString());
        var steps = told.GetProperty("metrics").GetProperty("step").EnumerateArray().Select(one => one.GetInt32()).ToArray();
        Assert.Equal([0, 1, 2, 3], steps);
        Assert.Equal(4, told.GetProperty("metrics").GetProperty("objective/kl").GetArrayLength());
        string[] ids = [.. told.GetProperty("first").EnumerateArray().Concat(told.GetProperty("heard").EnumerateArray())
            .Select(one => one.GetString()!)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        Assert.Equal(training, ids.Max(id => StreamPosition.Parse(id).Training));
        Assert.Equal(told.GetProperty("whole").GetInt32(), training + record.Evaluations().Count());
        Assert.Equal([1, 2], told.GetProperty("audit").EnumerateArray().Select(one => one.GetInt32()));
        Assert.Equal((2, 3), (told.GetProperty("said").GetInt32(), told.GetProperty("rule").GetInt32()));
        Assert.Equal(6, told.GetProperty("again").GetInt32());
        Assert.Equal((run, run), (told.GetProperty("deleted").GetString(), told.GetProperty("taken").GetString()));
        Assert.Equal(["done", "done", "done"], told.GetProperty("jobs").EnumerateArray().Select(one => one.GetString()!));
        Assert.Equal(["run.zip"], told.GetProperty("files").EnumerateArray().Select(one => one.GetString()!));
        Directory.Delete(folder, recursive: true);
        Assert.Equal([404, 400, 409, 0, 401], told.GetProperty("refusals").EnumerateArray().Select(one => one[0].GetInt32()));
        Assert.Contains("did you mean 'rl.steps'", told.GetProperty("refusals")[1][1].GetString());
    }

    /// <summary>A fact that is skipped, with a reason, where there is no Python.</summary>
    sealed class PythonFactAttribute : FactAttribute
    {
        public PythonFactAttribute()
        {
            if (!File.Exists(Python)) Skip = $"there is no {Python} here";
        }
    }
}
