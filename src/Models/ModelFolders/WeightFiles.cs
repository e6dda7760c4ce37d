using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.ModelFolders;

/// <summary>The open weight files of a model folder: one, or those that an index names.</summary>
sealed class WeightFiles : IDisposable
{
    /// <summary>Name of the weights, where they are in one file.</summary>
    public const string Single = "model.safetensors";
    const string Adapter = "adapter_config.json";
    const string Convert =
        "Convert them: load the model with the transformers library and save it with save_pretrained(…, safe_serialization=True).";

    // Weights in other formats, which whoever downloads a model may have instead.
    static readonly string[] s_others =
        ["*.bin", "*.bin.index.json", "*.pth", "*.pt", "*.gguf", "*.h5", "*.msgpack", "*.onnx", "*.safetensors"];

    readonly List<SafetensorsFile> _files = [];

    WeightFiles() { }

    /// <summary>Their headers have been checked.</summary>
    public IReadOnlyList<SafetensorsFile> Files => _files;

    /// <summary>Opens them.</summary>
    /// <exception cref="ModelFolderException">There are none, or the index is wrong.</exception>
    /// <exception cref="SafetensorsException">A file is damaged or not safetensors.</exception>
    public static WeightFiles Open(string folder)
    {
        var files = new WeightFiles();
        try
        {
            files.OpenAll(folder);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    void OpenAll(string folder)
    {
        if (Path.Exists(Path.Combine(folder, Adapter)))
        {
            throw new ModelFolderException(folder,
                [$"'{Adapter}' is there: the weights are to be changed by an adapter, which is not done"],
                "Merge the adapter into the model (merge_and_unload of the peft library) and save the whole model.");
        }
        var single = Path.Combine(folder, Single);
        if (!Path.Exists(single) && Path.Exists(Path.Combine(folder, ShardIndex.FileName)))
        {
            var (names, fileOfTensor) = ShardIndex.Read(folder);
            foreach (var name in names) _files.Add(SafetensorsFile.Open(Path.Combine(folder, name)));
            ShardIndex.Check(folder, _files, fileOfTensor);
            return;
        }
        if (!Path.Exists(single)) RefuseOtherFormats(folder);
        _files.Add(SafetensorsFile.Open(single));
    }

    static void RefuseOtherFormats(string folder)
    {
        var found = s_others.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Select(Path.GetFileName).Distinct()
            .Order(StringComparer.Ordinal).ToList();
        if (found.Count == 0) return;
        var names = string.Join("', '", found.Take(3));
        throw new ModelFolderException(folder,
            [$"there is no '{Single}' and no '{ShardIndex.FileName}'; "
                + $"the weights seem to be in '{names}'{(found.Count > 3 ? " …" : "")}"],
            found.Exists(file => !file!.EndsWith(".safetensors", StringComparison.Ordinal))
                ? Convert
                : $"Give the file the name {Single}, or get its index.");
    }
}
