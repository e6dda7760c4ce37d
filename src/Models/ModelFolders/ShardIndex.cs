using System.Text.Json;
using System.Text.RegularExpressions;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.ModelFolders;

/// <summary>Hugging Face's <c>model.safetensors.index.json</c>: which file of a large model holds which tensor.</summary>
static partial class ShardIndex
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "model.safetensors.index.json";

    const string Map = "weight_map";
    const string NextStep = "Get the index and its files again from where they came.";
    const int MaxBytes = 16 << 20;

    /// <summary>The paths of the files, in ordinal order.</summary>
    /// <exception cref="ModelFolderException">The index cannot be read or names a file outside the folder.</exception>
    public static (IReadOnlyList<string> Files, IReadOnlyDictionary<string, string> FileOfTensor) Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        using var document = ModelFolderJson.Parse(path, MaxBytes);
        const string Expected = "expected an object that maps tensors to files";
        if (!document.RootElement.TryGetProperty(Map, out var map)) throw Wrong(path, $"'{Map}' is missing; {Expected}");
        if (map.ValueKind is not JsonValueKind.Object) throw Wrong(path, $"'{Map}' is {map.GetRawText()}; {Expected}");
        var fileOfTensor = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject())
        {
            // A plain name only: anything with a separator could lead out of the folder.
            if (entry.Value.ValueKind is not JsonValueKind.String || !PlainFileName().IsMatch(entry.Value.GetString()!))
            {
                throw Wrong(path,
                    $"'{entry.Name}' is in {entry.Value.GetRawText()}; expected the plain name of a .safetensors file in the same folder");
            }
            fileOfTensor.Add(entry.Name, entry.Value.GetString()!);
        }
        if (fileOfTensor.Count == 0) throw Wrong(path, $"'{Map}' names no tensor");
        return ([.. fileOfTensor.Values.Distinct().Order(StringComparer.Ordinal)], fileOfTensor);
    }

    /// <summary>Checks that every file holds the tensors that the index promises and no others.</summary>
    /// <exception cref="ModelFolderException">Tensors are elsewhere than promised; all of them are named.</exception>
    public static void Check(string folder, IReadOnlyList<SafetensorsFile> files, IReadOnlyDictionary<string, string> fileOfTensor)
    {
        var held = files.SelectMany(file => file.Tensors.Select(tensor => (tensor.Name, File: Path.GetFileName(file.Path)))).ToHashSet();
        var promised = fileOfTensor.Select(entry => (Name: entry.Key, File: entry.Value)).ToHashSet();
        var problems = promised.Except(held).Select(place => $"'{place.Name}' is not in '{place.File}', where the index says it is")
            .Concat(held.Except(promised).Select(place => $"'{place.Name}' is in '{place.File}', but the index does not say so"))
            .Order(StringComparer.Ordinal).ToList();
        if (problems.Count > 0) throw new ModelFolderException(Path.Combine(folder, FileName), problems, NextStep);
    }

    static ModelFolderException Wrong(string path, string problem) => new(path, [problem], NextStep);

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]*\.safetensors\z")]
    private static partial Regex PlainFileName();
}
