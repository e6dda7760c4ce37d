using ActorRlhf.Models.Files;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.ModelFolders;

/// <summary>
/// A folder with a Llama model in Hugging Face's layout: <c>config.json</c>,
/// <c>model.safetensors</c> (or several with an index) and a tokenizer.
/// </summary>
/// <remarks>Everything is read into fresh memory: a model in use is never touched by a load that fails half way.</remarks>
public static class ModelFolder
{
    /// <summary>Name of the weights, where they are in one file.</summary>
    internal const string WeightsFile = WeightFiles.Single;

    // Vocabularies are filled up to a multiple of at most 1,024 with rows of no token. They are never sampled, but count in the softmax.
    const int MostPadding = 1023;

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="head">A policy, or a reward model.</param>
    /// <exception cref="ModelFolderException">
    /// The configuration, the index or the tensors are not those of such a model, or the tokenizer is not the model's.
    /// </exception>
    /// <exception cref="SafetensorsException">A weights file is damaged, not safetensors, or holds a weight that is not finite.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing or damaged.</exception>
    public static (ModelWeights Weights, ITokenizer Tokenizer) Load(string folder, HeadKind head = HeadKind.LanguageModel)
    {
        var (weights, tokenizer, ends) = Read(folder, head);
        if (ends is [var only] && only == tokenizer.EosTokenId) return (weights, tokenizer);
        throw new ModelFolderException(folder,
            [$"'eos_token_id' of {GenerationConfigFile.FileName} or {LlamaConfigFile.FileName} is [{string.Join(", ", ends)}]; "
                + $"expected the one id {tokenizer.EosTokenId} with which the tokenizer ends a text"],
            "Training knows one end of a text: leave that id alone in a copy of the folder (generate takes all of them).");
    }

    /// <summary>Loads a language model for whoever only generates: it may have several tokens that end a text.</summary>
    /// <exception cref="ModelFolderException">As for <see cref="Load"/>.</exception>
    /// <exception cref="SafetensorsException">As for <see cref="Load"/>.</exception>
    /// <exception cref="TokenizerFileException">As for <see cref="Load"/>.</exception>
    public static ModelToGenerate LoadToGenerate(string folder) => Read(folder, HeadKind.LanguageModel);

    /// <summary>Reads everything but the tokenizer, for whoever has token ids already.</summary>
    /// <param name="head">A policy, or a reward model.</param>
    /// <returns>The weights, and the ids that each end a text.</returns>
    /// <exception cref="ModelFolderException">As for <see cref="Load"/>.</exception>
    /// <exception cref="SafetensorsException">As for <see cref="Load"/>.</exception>
    internal static (ModelWeights Weights, IReadOnlyList<int> EosTokenIds) ReadWithoutTokenizer(string folder, HeadKind head)
    {
        var (config, _, ends) = Configuration(folder, head);
        using var files = WeightFiles.Open(folder);
        return (ModelWeightsFile.Read(folder, files.Files, config, head), ends);
    }

    static ModelToGenerate Read(string folder, HeadKind head)
    {
        var (config, ofConfig, ends) = Configuration(folder, head);
        using var files = WeightFiles.Open(folder);
        // what is wrong with the model is said before what is wrong with its tokenizer
        TensorsOfModel.Of(folder, files.Files, config, head);
        var tokenizer = TokenizerFolder.Load(folder);
        if (ofConfig.Contains(tokenizer.EosTokenId)) config = config with { EosTokenId = tokenizer.EosTokenId };
        CheckThatTheyBelongTogether(folder, config, tokenizer);
        return new(ModelWeightsFile.Read(folder, files.Files, config, head), tokenizer, ends);
    }

    static (LlamaConfig Config, IReadOnlyList<int> EosOfConfig, IReadOnlyList<int> EosTokenIds) Configuration(string folder, HeadKind head)
    {
        if (!Directory.Exists(folder))
            throw new ModelFolderException(folder, ["there is no such folder"],
                "Give a folder with config.json, model.safetensors and a tokenizer.");
        var config = LlamaConfigFile.Read(Path.Combine(folder, LlamaConfigFile.FileName), head, out var ofConfig);
        return (config, ofConfig, GenerationConfigFile.EosTokenIds(folder, config.VocabularySize, ofConfig));
    }

    /// <summary>Saves a model and its tokenizer; the folder appears whole or not at all.</summary>
    /// <param name="folder">A new folder, or an empty one; folders above it are created.</param>
    /// <param name="weights">A policy or a reward model.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <returns>SHA-256 of the weights file in lower-case hexadecimal digits.</returns>
    /// <exception cref="ModelFolderException">The folder holds files already, or the tokenizer is not the model's.</exception>
    public static string Save(string folder, ModelWeights weights, ITokenizer tokenizer)
    {
        CheckThatTheyBelongTogether(folder, weights.Config, tokenizer);
        ThrowIfTaken(folder);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parent = Path.GetDirectoryName(target) ?? target;
        DurableFolder.Create(parent);
        var temporary = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(temporary);
        try
        {
            LlamaConfigFile.Write(Path.Combine(temporary, LlamaConfigFile.FileName), weights.Config, weights.Head);
            tokenizer.Save(temporary);
            var hash = ModelWeightsFile.Write(Path.Combine(temporary, WeightsFile), weights);
            if (Directory.Exists(target)) Directory.Delete(target);
            Directory.Move(temporary, target);
            DurableFolder.Sync(parent);
            return hash;
        }
        catch
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Refuses a place where <see cref="Save"/> would.</summary>
    /// <exception cref="ModelFolderException">The folder holds files already, or is a file.</exception>
    public static void ThrowIfTaken(string folder)
    {
        if (File.Exists(Path.TrimEndingDirectorySeparator(folder))
            || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new ModelFolderException(folder, ["there is something at this place already"],
                "Choose another folder, or remove this one first.");
    }

    static void CheckThatTheyBelongTogether(string folder, LlamaConfig config, ITokenizer tokenizer)
    {
        var problems = new List<string>();
        void Compare(string what, int model, int expected)
        {
            if (model != expected) problems.Add($"{what} is {model} in the model and {expected} in the tokenizer; expected one number");
        }

        var padding = config.VocabularySize - tokenizer.VocabularySize;
        if (padding < 0 || padding > (tokenizer is WordTokenizer ? 0 : MostPadding)) // our own models are never padded
            Compare("the size of the vocabulary", config.VocabularySize, tokenizer.VocabularySize);
        Compare("the id of BOS", config.BosTokenId, tokenizer.BosTokenId);
        Compare("the id of EOS", config.EosTokenId, tokenizer.EosTokenId);
        if (problems.Count > 0) throw new ModelFolderException(folder, problems, "Use the tokenizer that the model was trained with.");
    }
}
