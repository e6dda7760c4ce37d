using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Llama;

/// <summary>Reads the small JSON files of a model folder.</summary>
static class ModelFolderJson
{
    const int MaxBytes = 1 << 20;
    const int MaxDepth = 32;
    const string GetItAgain = "Get the file again from where the model came.";

    /// <summary>Parses a file whose root is an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Largest length that such a file has.</param>
    /// <exception cref="ModelFolderException">Not a regular file, too large, or not JSON.</exception>
    public static JsonDocument Parse(string path, int maxBytes = MaxBytes)
    {
        if (FileKind.WhyNotRegular(path) is { } kind)
            throw new ModelFolderException(path, [$"this is {kind}; expected a regular file"],
                "Give a folder with config.json, model.safetensors and a tokenizer.");
        if (FileKind.Length(path) > maxBytes)
            throw new ModelFolderException(path, [$"the file is larger than {maxBytes} bytes"], GetItAgain);
        try { return StrictJson.ParseObject(File.ReadAllBytes(path), MaxDepth); }
        catch (NotJsonException damaged)
        {
            throw new ModelFolderException(path, [$"{damaged.Message}; expected a JSON object"], damaged.NextStep ?? GetItAgain);
        }
    }
}
