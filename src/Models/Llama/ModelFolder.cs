using ActorRlhf.Models.Files;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Llama;

/// <summary>A folder with a Llama model in Hugging Face's layout: <c>config.json</c>, <c>model.safetensors</c> (or several with an index) and a tokenizer.</summary>
/// <remarks>Everything is read into fresh memory: a model in use is never touched by a load that fails half way.</remarks>
public static class ModelFolder
{
    /// <summary>Name of the weights, where they are in one file.</summary>
    public const string WeightsFile = "model.safetensors";

    // Vocabularies are filled up to a multiple of at most 1,024 with rows of no token. They are never sampled, but count in the softmax.
    const int MostPadding = 1023;

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="head">A policy, or a reward model.</param>
    /// <exception cref="ModelFolderException">The configuration, the index or the tensors are not those of such a model, or the tokenizer is not the model's.</exception>
    /// <exception cref="SafetensorsException">A weights file is damaged, not safetensors, or holds a weight that is not finite.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing or damaged.</exception>
    public static (ModelWeights Weights, ITokenizer Tokenizer) Load(string folder, HeadKind head = HeadKind.LanguageModel)
    {
        if (!Directory.Exists(folder)) throw new ModelFolderException(folder, ["there is no such folder"], "Give a folder with config.json, model.safetensors and a tokenizer.");
        var config = LlamaConfigFile.Read(Path.Combine(folder, LlamaConfigFile.FileName), head);
        var tokenizer = TokenizerFolder.Load(folder);
        CheckThatTheyBelongTogether(folder, config, tokenizer);
        return (ReadWeights(folder, config, head), tokenizer);
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
        Directory.CreateDirectory(parent);
        var temporary = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(temporary);
        try
        {
            LlamaConfigFile.Write(Path.Combine(temporary, LlamaConfigFile.FileName), weights.Config, weights.Head);
            tokenizer.Save(temporary);
            var hash = ModelWeightsFile.Write(Path.Combine(temporary, WeightsFile), weights);
            if (Directory.Exists(target)) Directory.Delete(target);
            Directory.Move(temporary, target);
            DurableFile.SyncFolder(parent);
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
        if (File.Exists(Path.TrimEndingDirectorySeparator(folder)) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new ModelFolderException(folder, ["there is something at this place already"], "Choose another folder, or remove this one first.");
    }

    static ModelWeights ReadWeights(string folder, LlamaConfig config, HeadKind head)
    {
        var files = new List<SafetensorsFile>();
        try
        {
            var single = Path.Combine(folder, WeightsFile);
            if (!File.Exists(single) && File.Exists(Path.Combine(folder, ShardIndex.FileName)))
            {
                var (names, fileOfTensor) = ShardIndex.Read(folder);
                foreach (var name in names) files.Add(SafetensorsFile.Open(Path.Combine(folder, name)));
                ShardIndex.Check(folder, files, fileOfTensor);
            }
            else files.Add(SafetensorsFile.Open(single));
            return ModelWeightsFile.Read(folder, files, config, head);
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
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
