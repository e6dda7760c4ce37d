using System.Reflection;
using System.Runtime.Loader;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Runner;

/// <summary>Loads an evaluator from an assembly, with what stands beside it; the contract is the one of this program.</summary>
sealed class AssemblyEvaluator : AssemblyLoadContext
{
    readonly string _folder;

    AssemblyEvaluator(string folder) : base("evaluator") => _folder = folder;

    /// <summary>Makes one.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="type">Full name of a class with a constructor without parameters.</param>
    /// <exception cref="RunnerRefusal">There is no such class, it is no evaluator, or its constructor fails.</exception>
    public static IEvaluator Load(string path, string type)
    {
        var full = Path.GetFullPath(path);
        try
        {
            var assembly = new AssemblyEvaluator(Path.GetDirectoryName(full)!).LoadFromAssemblyPath(full);
            var found = assembly.GetType(type) ?? throw new RunnerRefusal($"{Path.GetFileName(path)} has no type '{type}'; "
                + $"its evaluators are {string.Join(", ", assembly.GetExportedTypes().Where(IsEvaluator).Select(one => one.FullName))}");
            if (!IsEvaluator(found)) throw new RunnerRefusal($"{type} does not implement {typeof(IEvaluator).FullName}");
            return (IEvaluator)Activator.CreateInstance(found)!;
        }
        catch (Exception cause) when (cause is IOException or BadImageFormatException or TypeLoadException or MissingMethodException)
        {
            throw new RunnerRefusal($"{type} cannot be loaded: {cause.Message}");
        }
        catch (TargetInvocationException cause)
        {
            var thrown = cause.InnerException!;
            throw new RunnerRefusal($"the constructor of {type} failed: {thrown.GetType().Name}: {thrown.Message}");
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName name)
    {
        if (name.Name == typeof(IEvaluator).Assembly.GetName().Name) return null;
        var path = Path.Combine(_folder, name.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    static bool IsEvaluator(Type type) => typeof(IEvaluator).IsAssignableFrom(type) && !type.IsAbstract;
}
