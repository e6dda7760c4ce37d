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
        if (Repeated(wanted, recipe) is { } earlier) return earlier;
        var reply = await runs.Value.SubmitAsync(new SubmitRun(wanted, by, priority), ct).ConfigureAwait(false);
        return reply is Submitted submitted ? Created(RunLine.Of(submitted.Run)) : Repeated(wanted, recipe) ?? Problems.Of(reply);
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

    IResult? Repeated(BeginRun wanted, Recipe recipe)
    {
        var (reader, run) = (new RunReader(store), wanted.Run);
        if (!reader.Has(run)) return null;
        var there = reader.Read(run);
        return IsSame(wanted, recipe, there)
            ? Created(RunLine.Of(there))
            : Problems.Of(StatusCodes.Status422UnprocessableEntity,
                $"the {KeyHeader} was used before, for run {run}, of which something else was asked: use another key for another run");
    }

    /// <summary>Whether a run is what was asked for: of the same recipe, and from the same past or policy.</summary>
    static bool IsSame(BeginRun wanted, Recipe recipe, RunRecord there)
    {
        var (beginning, left) = (there.State.Beginning!, wanted as ForkRun);
        if (beginning.Parent?.Run != left?.Parent || beginning.Parent?.Step != left?.Step) return false;
        var asked = RecipeReader.Parse(beginning.Recipe, wanted.Run.Value, checkPaths: false);
        return IsSamePolicy(asked.Policy.OfRun, recipe.Policy.OfRun)
            && RecipeKeys.All.All(key => key.Name == "policy.path" || key.Value(asked) == key.Value(recipe));
    }

    /// <summary>
    /// Whether the policy that a run starts from is the one that is asked for: the log has the whole id and the step, and of a folder the
    /// whole path, which is not compared.
    /// </summary>
    static bool IsSamePolicy(RunPolicyName? known, RunPolicyName? asked) => (known, asked) switch
    {
        (null, null) => true,
        ({ } one, { } other) => (other.Step is null || other.Step == one.Step)
            && (other.Run == "latest" || one.Run.StartsWith(other.Run, StringComparison.Ordinal)),
        _ => false,
    };

    static IResult Created(RunLine line) => Results.Created($"/v1/runs/{line.Run}", line);
}
