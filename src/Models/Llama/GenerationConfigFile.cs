namespace ActorRlhf.Models.Llama;

/// <summary>
/// Hugging Face's <c>generation_config.json</c>: which tokens end a text, where they are not those of <c>config.json</c>.
/// </summary>
/// <remarks>
/// How tokens are drawn (<c>temperature</c>, <c>top_p</c>, lengths) is the caller's choice and not read; what would change even the most
/// likely completion is refused by its key.
/// </remarks>
static class GenerationConfigFile
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "generation_config.json";

    const string NextStep = "A model generates by its own probabilities only: take the key away in a copy of the folder.";

    /// <summary>The ids that end a text: the file's if it says any, else those of the model.</summary>
    /// <param name="folder">The model folder; the file may be missing.</param>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="ofModel">What <c>config.json</c> says.</param>
    /// <exception cref="ModelFolderException">The file cannot be read, or keys are wrong; all of them are named.</exception>
    public static IReadOnlyList<int> EosTokenIds(string folder, int vocabulary, IReadOnlyList<int> ofModel)
    {
        var path = Path.Combine(folder, FileName);
        if (!Path.Exists(path)) return ofModel;
        using var document = ModelFolderJson.Parse(path);
        var fields = new ConfigFields(document.RootElement);
        ConfigKeys.RefuseOtherGeneration(fields);
        var ids = fields.TokenIds("eos_token_id", vocabulary, [.. ofModel]);
        return fields.Problems.Count == 0 ? ids : throw new ModelFolderException(path, fields.Problems, NextStep);
    }
}
