using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Llama;

/// <summary>Reads the small JSON files of a model folder.</summary>
static class ModelFolderJson
{
    const int MaxBytes = 1 << 20;
    const int MaxDepth = 32;

    /// <summary>Parses a file whose root is an object.</summary>
    /// <exception cref="ModelFolderException">Not a regular file, too large, or not JSON.</exception>
    public static JsonDocument Parse(string path, string nextStep)
    {
        if (FileKind.WhyNotRegular(path) is { } kind)
            throw new ModelFolderException(path, [$"this is {kind}; expected a regular file"], "Give a folder with config.json, model.safetensors and a tokenizer.");
        if (FileKind.Length(path) > MaxBytes) throw new ModelFolderException(path, [$"the file is larger than {MaxBytes} bytes"], nextStep);
        try { return StrictJson.ParseObject(File.ReadAllBytes(path), MaxDepth); }
        catch (JsonException damaged)
        {
            throw new ModelFolderException(path, [$"the file cannot be read: {damaged.Message}"], nextStep);
        }
    }
}
