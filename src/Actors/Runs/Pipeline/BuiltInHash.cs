using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The hash of a built-in evaluator: that of the assembly it is compiled into.</summary>
static class BuiltInHash
{
    static readonly Dictionary<string, ContentHash> s_known = [];

    public static ContentHash Of(IEvaluator evaluator)
    {
        var path = evaluator.GetType().Assembly.Location;
        lock (s_known)
        {
            if (!s_known.TryGetValue(path, out var hash)) s_known[path] = hash = ContentHash.Of(File.ReadAllBytes(path));
            return hash;
        }
    }
}
