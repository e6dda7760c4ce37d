using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>Puts runs into the queue, each request once.</summary>
/// <param name="store">Where runs are kept.</param>
/// <param name="runs">Those of this host.</param>
sealed class RunSubmission(Store store, Lazy<RunSystem> runs)
{
    /// <summary>The header by which a request that is repeated is known.</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>Puts one into it; whoever repeats a request that was carried out gets the same answer.</summary>
    /// <param name="wanted">The run, by an id of <see cref="NewId"/>.</param>
    /// <param name="recipe">What it is to do.</param>
    /// <param name="priority">Of two runs that wait, the one with the higher number begins first.</param>
    /// <param name="by">Name of the token.</param>
    /// <param name="ct">Gives up waiting.</param>
    public async Task<IResult> AddAsync(BeginRun wanted, Recipe recipe, int priority, string by, CancellationToken ct)
    {
        // In another process, too: the key is in the id.
        if (Repeated(wanted.Run, recipe) is { } earlier) return earlier;
        var reply = await runs.Value.SubmitAsync(new SubmitRun(wanted, by, priority), ct).ConfigureAwait(false);
        return reply is Submitted submitted ? Created(RunLine.Of(submitted.Run)) : Repeated(wanted.Run, recipe) ?? Problems.Of(reply);
    }

    /// <summary>The id of a run that is to be.</summary>
    /// <param name="recipe">Its recipe's name.</param>
    /// <param name="key">The same key of the same token gives the same id; null or empty for a new one.</param>
    /// <param name="by">Name of the token.</param>
    public RunId NewId(string recipe, string? key, string by)
    {
        if (string.IsNullOrEmpty(key)) return new RunReader(store).NewId(TimeProvider.System, recipe);
        const int digits = 16;                        // 64 bits: two keys of one token do not meet
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{by}\n{key}"));
        return RunId.Keyed(recipe, Convert.ToHexStringLower(digest)[..digits]);
    }

    IResult? Repeated(RunId run, Recipe recipe)
    {
        var reader = new RunReader(store);
        if (!reader.Has(run)) return null;
        var there = reader.Read(run);
        // Where it starts from another run's policy, the log has that run's whole id.
        var asked = RecipeReader.Parse(there.State.Beginning!.Recipe, run.Value, checkPaths: false);
        var same = RecipeKeys.All.All(key => key.Name == "policy.path" || key.Value(asked) == key.Value(recipe));
        return same
            ? Created(RunLine.Of(there))
            : Problems.Of(StatusCodes.Status422UnprocessableEntity,
                $"the {KeyHeader} was used before, for run {run} of another recipe: use another key for another run");
    }

    static IResult Created(RunLine line) => Results.Created($"/v1/runs/{line.Run}", line);
}
