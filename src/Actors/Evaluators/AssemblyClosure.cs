using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>An assembly with those that it uses from its own folder.</summary>
static class AssemblyClosure
{
    /// <summary>Absolute paths, the assembly's first. The contract is the host's, and .NET's own assemblies are .NET's.</summary>
    /// <exception cref="EvaluatorRefusedException">There is no such assembly.</exception>
    public static IReadOnlyList<string> Of(string assembly)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        var contract = typeof(Evaluation.Contract.IEvaluator).Assembly.GetName().Name;
        var found = new List<string> { assembly };
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var name in ReferencesOf(found[i]))
            {
                var path = Path.Combine(folder, name + ".dll");
                if (name != contract && File.Exists(path) && !found.Contains(path)) found.Add(path);
            }
        }
        return found;
    }

    static string[] ReferencesOf(string assembly)
    {
        try
        {
            using var file = new PEReader(File.OpenRead(assembly));
            var metadata = file.GetMetadataReader();
            return [.. metadata.AssemblyReferences.Select(handle =>
                metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new EvaluatorRefusedException(assembly, $"{assembly} cannot be read: {cause.Message}");
        }
        catch (Exception cause) when (cause is BadImageFormatException or InvalidOperationException)
        {
            throw new EvaluatorRefusedException(assembly, $"{assembly} is no .NET assembly: {cause.Message}");
        }
    }
}
