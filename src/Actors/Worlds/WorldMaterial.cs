using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Actors.Worlds;

/// <summary>The policy that a run starts from, before SFT.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Weights">Gives its weights, which nobody changes; read when they are wanted.</param>
public sealed record PolicyMaterial(LlamaConfig Shape, ITokenizer Tokenizer, Func<ModelWeights> Weights)
{
    /// <summary>A model in memory.</summary>
    public static PolicyMaterial Of((ModelWeights Weights, ITokenizer Tokenizer) model) => new(model.Weights.Config, model.Tokenizer, () => model.Weights);
}

/// <summary>A file that a world's data came from. Held whole, so that what is stored is what was read, whatever becomes of the file.</summary>
/// <param name="Path">Where it was read, for people; of a stored one nothing but its name.</param>
/// <param name="Content">Its bytes.</param>
public sealed record WorldSource(string Path, byte[] Content)
{
    /// <summary>Its name without folders, which says whether it is compressed.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a file.</summary>
    /// <exception cref="DatasetException">Not a regular file.</exception>
    public static WorldSource OfFile(string path)
    {
        using var file = HhRlhf.Open(path);
        if (file.Length > Array.MaxLength) throw new DatasetException(path, $"the file has {file.Length} bytes", $"Split it, or compress it with gzip: a run keeps a copy, and takes at most {Array.MaxLength} bytes.");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return new WorldSource(path, content);
    }
}

/// <summary>What a world is made of besides its recipe: for a run that begins, what the recipe's paths lead to; later, what it stored then.</summary>
/// <param name="Policy">The policy; null where the world draws it from the seed.</param>
/// <param name="Data">The data; null where the world is procedural.</param>
public sealed record WorldMaterial(PolicyMaterial? Policy, WorldSource? Data)
{
    /// <summary>What the recipe's paths lead to.</summary>
    /// <exception cref="ModelFolderException">The model folder is damaged.</exception>
    /// <exception cref="DatasetException">The data is no regular file.</exception>
    public static WorldMaterial Of(Recipe recipe) => Of(recipe, recipe.Policy.Path is { } folder ? PolicyMaterial.Of(ModelFolder.Load(folder)) : null);

    /// <summary>The recipe's data, and a policy from elsewhere.</summary>
    /// <exception cref="DatasetException">The data is no regular file.</exception>
    public static WorldMaterial Of(Recipe recipe, PolicyMaterial? policy) => new(policy, recipe.Data.Path is { } file ? WorldSource.OfFile(file) : null);
}
