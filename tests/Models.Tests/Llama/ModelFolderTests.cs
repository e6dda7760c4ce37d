using System.Text.Json;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tests.Safetensors;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Llama;

public sealed class ModelFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Save(HeadKind head = HeadKind.LanguageModel)
    {
        var path = _folder.File("model");
        ModelFolder.Save(path, Tiny.Weights(head), Tiny.Tokenizer);
        return path;
    }

    static ModelFolderException Refusal(string path) => Assert.Throws<ModelFolderException>(() => ModelFolder.Load(path));

    [Theory]
    [InlineData(HeadKind.LanguageModel)]
    [InlineData(HeadKind.Scalar)]
    public void Load_SavedFolder_GivesTheSameModelAndTokenizer(HeadKind head)
    {
        var (weights, tokenizer) = ModelFolder.Load(Save(head), head);
        Assert.Equal(Tiny.Config, weights.Config);
        Assert.Equal(head, weights.Head);
        Assert.Equal(Tiny.Weights(head).Data, weights.Data);
        Assert.Equal(Tiny.Tokenizer.EncodePrompt("how many apples are left"), tokenizer.EncodePrompt("how many apples are left"));
    }

    [Fact]
    public void Save_Folder_HoldsTheseFilesAndNothingElse()
    {
        var path = _folder.File("above/model");
        var hash = ModelFolder.Save(path, Tiny.Weights(), Tiny.Tokenizer);
        Assert.Equal(["config.json", "model.safetensors", "tokenizer_config.json", "words.txt"],
            Directory.EnumerateFiles(path).Select(Path.GetFileName).Order());
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder.File("above")));
        Assert.Equal(ModelWeightsFile.Sha256(Tiny.Weights()), hash);
        Assert.Equal(ModelWeightsFile.ToSafetensors(Tiny.Weights()), File.ReadAllBytes(Path.Combine(path, "model.safetensors")));
    }

    [Fact]
    public void Save_EmptyFolder_IsFilled()
    {
        Directory.CreateDirectory(_folder.File("model"));
        Assert.Equal(Tiny.Config, ModelFolder.Load(Save()).Weights.Config);
    }

    [Fact]
    public void Save_FolderWithFiles_IsRefusedAndUntouched()
    {
        Directory.CreateDirectory(_folder.File("model"));
        File.WriteAllText(_folder.File("model/notes.txt"), "mine");
        Assert.Contains("already", Assert.Throws<ModelFolderException>(() => Save()).Message);
        Assert.Equal([_folder.File("model/notes.txt")], Directory.EnumerateFiles(_folder.File("model")));
    }

    [Fact]
    public void Save_TokenizerFails_LeavesNothing()
    {
        Assert.Throws<IOException>(() => ModelFolder.Save(_folder.File("model"), Tiny.Weights(), new UnsavableTokenizer(Tiny.Tokenizer)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Save_TokenizerOfAnotherModel_NamesTheDifference()
    {
        var refusal = Assert.Throws<ModelFolderException>(() =>
            ModelFolder.Save(_folder.File("model"), Tiny.Weights(), new WordTokenizer(["one"])));
        Assert.Equal(["the size of the vocabulary is 12 in the model and 5 in the tokenizer; expected one number"], refusal.Problems);
    }

    [Fact]
    public void Load_PaddedVocabulary_IsAcceptedWithinBounds()
    {
        var tokenizer = Pieces();
        void Save(string name, int vocabulary)
        {
            var config = Tiny.Config with { VocabularySize = vocabulary, EosTokenId = 2 };
            ModelFolder.Save(_folder.File(name), Tiny.Weights(config: config), tokenizer);
        }

        Save("padded", 8);
        var (weights, loaded) = ModelFolder.Load(_folder.File("padded"));
        Assert.Equal((8, 6), (weights.Config.VocabularySize, loaded.VocabularySize));
        foreach (var wrong in (int[])[5, 6 + 1024])
        {
            var refusal = Assert.Throws<ModelFolderException>(() => Save("wrong", wrong));
            Assert.Contains($"is {wrong} in the model and 6 in the tokenizer", refusal.Message);
        }
    }

    SentencePieceTokenizer Pieces() => SentencePieceTokenizer.Load(_folder.Write("pieces", Tokenizers.PieceFile.Of("▁ab").ToBytes()));

    [Fact]
    public void Load_NoFolder_SaysSo() => Assert.Contains("there is no such folder", Refusal(_folder.File("none")).Message);

    [Fact]
    public void Load_NoWeights_SaysSo()
    {
        var path = Save();
        File.Delete(Path.Combine(path, "model.safetensors"));
        Assert.Contains("there is no such file", Assert.Throws<SafetensorsException>(() => ModelFolder.Load(path)).Message);
    }

    [Theory]
    [InlineData("pytorch_model.bin", "safe_serialization=True")]
    [InlineData("pytorch_model-00001-of-00002.bin", "safe_serialization=True")]
    [InlineData("model-q4.gguf", "safe_serialization=True")]
    [InlineData("model.fp16.safetensors", "Give the file the name model.safetensors")]
    public void Load_WeightsInAnotherFormat_NamesThemAndTheWay(string file, string way)
    {
        var path = Save();
        File.Move(Path.Combine(path, "model.safetensors"), Path.Combine(path, file));
        var message = Refusal(path).Message;
        Assert.Contains(
            $"there is no 'model.safetensors' and no 'model.safetensors.index.json'; the weights seem to be in '{file}'", message);
        Assert.Contains(way, message);
    }

    [Fact]
    public void Load_AdapterBesideTheModel_IsRefused() // the transformers library would apply it
    {
        var path = Save();
        File.WriteAllText(Path.Combine(path, "adapter_config.json"), "{}");
        Assert.Contains("'adapter_config.json' is there", Refusal(path).Message);
    }

    [Fact]
    public void Load_WrongTensorsAndNoTokenizer_SpeaksOfTheTensors()
    {
        var path = Save();
        File.Delete(Path.Combine(path, "words.txt"));
        LlamaConfigFile.Write(Path.Combine(path, "config.json"), Tiny.Config with { Layers = 1 }, HeadKind.LanguageModel);
        Assert.Contains("'num_hidden_layers'", Refusal(path).Message);
    }

    /// <summary>The tokenizer's EOS is 3.</summary>
    [Theory]
    [InlineData("3", null, new[] { 3 })]
    [InlineData("[3]", null, new[] { 3 })]
    [InlineData("[5, 3, 5]", null, new[] { 5, 3 })]
    [InlineData("3", """{"eos_token_id":[3,7]}""", new[] { 3, 7 })]
    [InlineData("3", """{"eos_token_id":7}""", new[] { 7 })] // where both say something, the model generates as the second says
    [InlineData("[3, 7]", """{"eos_token_id":3}""", new[] { 3 })]
    [InlineData("[3, 7]", """{"temperature":0.6,"top_p":0.9,"do_sample":true,"repetition_penalty":1.0}""", new[] { 3, 7 })]
    public void LoadToGenerate_SeveralEndsOfText_AreAllTakenAndTrainingRefusesThem(string config, string? generation, int[] ends)
    {
        var path = SaveWithEnds(config, generation);
        var model = ModelFolder.LoadToGenerate(path);
        Assert.Equal(ends, model.EosTokenIds);
        Assert.Equal(3, model.Weights.Config.EosTokenId);
        if (ends is [3]) Assert.Equal(Tiny.Config, ModelFolder.Load(path).Weights.Config);
        else
            Assert.Contains(
                $"is [{string.Join(", ", ends)}]; expected the one id 3 with which the tokenizer ends a text", Refusal(path).Message);
    }

    [Theory]
    [InlineData("7", null, "the id of EOS is 7 in the model and 3 in the tokenizer")]
    [InlineData("[7, 8]", null, "the id of EOS is 7 in the model and 3 in the tokenizer")]
    [InlineData("3", """{"eos_token_id":12}""", "'eos_token_id' is 12; expected an integer from 0 to 11, or a list of them")]
    [InlineData("3", """{"eos_token_id":[]}""", "'eos_token_id' is []")]
    [InlineData("3", """{"repetition_penalty":1.1}""", "'repetition_penalty' is 1.1; expected 1 or no such key")]
    [InlineData("3", """{"suppress_tokens":[4]}""", "'suppress_tokens' is [4]; expected no such key")]
    [InlineData("3", """{"num_beams":4}""", "'num_beams' is 4")]
    [InlineData("3", "[]", "generation_config.json: this is a JSON array; expected a JSON object. Get the file again")]
    public void LoadToGenerate_WhatWouldBeGeneratedOtherwise_IsRefused(string config, string? generation, string problem)
    {
        var path = SaveWithEnds(config, generation);
        Assert.Contains(problem, Assert.Throws<ModelFolderException>(() => ModelFolder.LoadToGenerate(path)).Message);
    }

    [Fact]
    public void LoadToGenerate_GenerationConfigThatIsALinkToNothing_IsNotTakenForMissing()
    {
        var path = Save();
        File.CreateSymbolicLink(Path.Combine(path, "generation_config.json"), "../blobs/gone");
        Assert.Contains("leads to no file: '../blobs/gone'",
            Assert.Throws<ModelFolderException>(() => ModelFolder.LoadToGenerate(path)).Message);
    }

    string SaveWithEnds(string config, string? generation)
    {
        var path = Save();
        var text = File.ReadAllText(Path.Combine(path, "config.json"));
        File.WriteAllText(Path.Combine(path, "config.json"),
            text.Replace("\"eos_token_id\": 3", $"\"eos_token_id\": {config}", StringComparison.Ordinal));
        if (generation is not null) File.WriteAllText(Path.Combine(path, "generation_config.json"), generation);
        return path;
    }

    [Fact]
    public void Load_HuggingFacesCache_FollowsItsLinks()
    {
        var path = Save();
        Split(path);
        var (blobs, snapshot) = (_folder.File("blobs"), _folder.File("snapshots/revision"));
        Directory.Move(path, blobs);
        Directory.CreateDirectory(snapshot);
        foreach (var file in Directory.EnumerateFiles(blobs).Select(Path.GetFileName))
            File.CreateSymbolicLink(Path.Combine(snapshot, file!), $"../../blobs/{file}");
        Assert.Equal(Tiny.Weights().Data, ModelFolder.Load(snapshot).Weights.Data);

        File.Delete(Path.Combine(blobs, "model-2.safetensors"));
        Assert.Contains("leads to no file: '../../blobs/model-2.safetensors'",
            Assert.Throws<SafetensorsException>(() => ModelFolder.Load(snapshot)).Message);
    }

    [Fact]
    public void Load_HugeTensorOfTheWrongShape_AllocatesNothingOfItsSize()
    {
        var path = Save();
        using (var file = File.Create(Path.Combine(path, "model.safetensors")))
        {
            file.Write(RawFile.Of("""{"model.embed_tokens.weight":{"dtype":"F32","shape":[268435456],"data_offsets":[0,1073741824]}}"""));
            file.SetLength(file.Length + (1L << 30)); // sparse
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("'model.embed_tokens.weight' has the shape [268435456], expected [12, 8], as vocab_size and hidden_size say",
            Refusal(path).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Load_Shards_AreReadTogether()
    {
        var path = Save();
        Split(path);
        Assert.Equal(Tiny.Weights().Data, ModelFolder.Load(path).Weights.Data);
    }

    [Theory]
    [InlineData("../model-2.safetensors")]
    [InlineData("/etc/model-2.safetensors")]
    [InlineData("sub/model-2.safetensors")]
    [InlineData("..\\model-2.safetensors")]
    [InlineData("..safetensors")]
    [InlineData("model-2.bin")]
    [InlineData("model-2.safetensors\n")]
    [InlineData("")]
    public void Load_ShardNameThatIsNoPlainName_IsRefused(string name)
    {
        var path = Save();
        Split(path, map => map["model.norm.weight"] = name);
        Assert.Contains("'model.norm.weight' is in " + JsonSerializer.Serialize(name), Refusal(path).Message);
    }

    [Fact]
    public void Load_IndexThatDisagreesWithTheShards_NamesTheTensors()
    {
        var path = Save();
        Split(path, map => (map["model.norm.weight"], map["lm_head.weight"]) = (map[ModelLayout.Embedding], map["model.norm.weight"]));
        Assert.Equal(
        [
            "'model.norm.weight' is in 'model-2.safetensors', but the index does not say so",
            "'model.norm.weight' is not in 'model-1.safetensors', where the index says it is",
        ], Refusal(path).Problems);
    }

    [Fact]
    public void Load_TensorInTwoShards_IsNamed()
    {
        var path = Save();
        Split(path);
        var twice = NamedTensor.Of("model.norm.weight", [8], new float[8]);
        using (var first = SafetensorsFile.Open(Path.Combine(path, "model-1.safetensors")))
            SafetensorsWriter.Write(Path.Combine(path, "model-1.safetensors"), [twice, .. first.Tensors.Select(tensor =>
                NamedTensor.Of(tensor.Name, [.. tensor.Shape.Select(size => (int)size)], first.ReadFloats(tensor.Name)))]);
        Assert.Contains("'model.norm.weight' is in 'model-1.safetensors', but the index does not say so", Refusal(path).Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"weight_map":{}}""")]
    [InlineData("""{"weight_map":[]}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    [InlineData("not JSON")]
    public void Load_DamagedIndex_IsRefused(string index)
    {
        var path = Save();
        File.Delete(Path.Combine(path, "model.safetensors"));
        File.WriteAllText(Path.Combine(path, "model.safetensors.index.json"), index);
        Assert.EndsWith("model.safetensors.index.json", Refusal(path).Path);
    }

    [RealDataFact]
    public void Load_Stories260K_HasTheKnownShape()
    {
        var (weights, tokenizer) = ModelFolder.Load(RealData.Stories);
        Assert.Equal(new LlamaConfig
        {
            HiddenSize = 64,
            IntermediateSize = 172,
            Layers = 5,
            Heads = 8,
            KeyValueHeads = 4,
            VocabularySize = 512,
            MaxPositions = 512,
            TieWordEmbeddings = true,
        }, weights.Config);
        Assert.Equal(1040128 / sizeof(float), weights.Data.Length); // all bytes behind the header are parameters
        Assert.Equal(512, tokenizer.VocabularySize);
        using var file = SafetensorsFile.Open(Path.Combine(RealData.Stories, "model.safetensors"));
        foreach (var parameter in weights.Layout) Assert.Equal(file.ReadFloats(parameter.Name), weights[parameter.Name].ToArray());
    }

    [RealDataFact]
    public void Save_Stories260K_IsLoadedAgainBitForBit()
    {
        var (weights, tokenizer) = ModelFolder.Load(RealData.Stories);
        ModelFolder.Save(_folder.File("model"), weights, tokenizer);
        var (again, tokenizerAgain) = ModelFolder.Load(_folder.File("model"));
        Assert.Equal(weights.Config, again.Config);
        Assert.Equal(weights.Data, again.Data);
        Assert.Equal(tokenizer.EncodePrompt("Once upon a time"), tokenizerAgain.EncodePrompt("Once upon a time"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(RealData.Stories, "tokenizer.model")),
            File.ReadAllBytes(_folder.File("model/tokenizer.model")));
    }

    /// <summary>Turns model.safetensors into two files and an index, which the test may falsify.</summary>
    static void Split(string path, Action<Dictionary<string, string>>? falsify = null)
    {
        File.Delete(Path.Combine(path, "model.safetensors"));
        var weights = Tiny.Weights();
        var map = new Dictionary<string, string>();
        var places = weights.Layout.Select((parameter, i) => (parameter, Name: i < 5 ? "model-1.safetensors" : "model-2.safetensors"));
        foreach (var part in places.GroupBy(place => place.Name))
        {
            SafetensorsWriter.Write(Path.Combine(path, part.Key), [.. part.Select(place =>
                NamedTensor.Of(place.parameter.Name, place.parameter.Shape, weights[place.parameter.Name].ToArray()))]);
            foreach (var place in part) map.Add(place.parameter.Name, part.Key);
        }
        falsify?.Invoke(map);
        File.WriteAllText(Path.Combine(path, "model.safetensors.index.json"),
            JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = map }));
    }

    public void Dispose() => _folder.Dispose();

    sealed class UnsavableTokenizer(ITokenizer real) : ITokenizer
    {
        public int VocabularySize => real.VocabularySize;
        public int BosTokenId => real.BosTokenId;
        public int EosTokenId => real.EosTokenId;
        public int PadTokenId => real.PadTokenId;
        public int[] EncodePrompt(string prompt) => real.EncodePrompt(prompt);
        public int[] EncodeCompletion(string completion) => real.EncodeCompletion(completion);
        public string Decode(ReadOnlySpan<int> tokenIds) => real.Decode(tokenIds);
        public void Save(string directory) => throw new IOException("no space left on device");
    }
}
