using System.Globalization;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host.Tests.Inquiry;

/// <summary>A token is a number as it is written; other words are none. For models whose tokenizer we do not read.</summary>
sealed class NumberTokenizer(int vocabularySize) : ITokenizer
{
    public int VocabularySize => vocabularySize;
    public int BosTokenId => 0;
    public int EosTokenId => 1;
    public int PadTokenId => 2;

    public int[] EncodePrompt(string prompt) => EncodeCompletion(prompt);

    public int[] EncodeCompletion(string completion) =>
        [.. completion.Split(' ', '\n').SelectMany(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new[] { id } : [])];

    public string Decode(ReadOnlySpan<int> tokenIds) => string.Join(' ', tokenIds.ToArray());

    public void Save(string directory) => throw new NotSupportedException("nobody saves it");
}
