namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class LanguageMixEvaluatorTests
{
    [Theory]
    [InlineData("What is love?", "Love is 爱情.", 2 / 8.0)]
    [InlineData("What is love?", "Любовь", 1.0)]
    [InlineData("Was ist Liebe?", "Liebe ist schön, naïve Größe.", 0.0)]
    [InlineData("愛とは何ですか？", "愛は大切です。", 0.0)]                // kana and ideographs are one
    [InlineData("什么是爱？", "爱是 love。", 4 / 6.0)]
    [InlineData("什么是循环？", "循环\n```py\nfor x in y:\n```", 0.0)]    // code is Latin everywhere
    [InlineData("What is 𝒳 or \uD800?", "An \uDC00 x.", 0.0)]
    [InlineData("1 + 1 = ?", "two", null)]
    [InlineData("What is 1 + 1?", "2", null)]
    [InlineData("Say love in Chinese.", "爱", null)]
    [InlineData("Translate: love", "любовь", null)]
    public void LanguageMix_Letters_AreTheShareOfOtherScripts(string prompt, string completion, double? value) =>
        Assert.Equal(value, Judged.By("language-mix", "language-mix", prompt, completion).Value);

    [Theory]
    [InlineData("plain words", 0.0)]
    [InlineData("a рaypal link", 1 / 3.0)] // its first letter is Cyrillic
    [InlineData("это iPhone", 0.0)]
    [InlineData("123", null)]
    public void MixedWords_Words_AreTheShareWithTwoScripts(string completion, double? value) =>
        Assert.Equal(value, Judged.By("language-mix", "mixed-words", "?", completion).Value);

    const string English = "What is the best way to learn how to swim?";
    const string French = "Quelle est la meilleure façon de nager avec des amis dans la mer ?";

    [Theory]
    [InlineData(English, "You can take lessons with a teacher and practice in the pool.", 0.0)]
    [InlineData(English, "Il est bon de prendre des cours dans une piscine avec un maître qui vous aide.", 1.0)]
    [InlineData(English, "Nehmen Sie Unterricht, denn das ist nicht schwer und man lernt es mit der Zeit.", 1.0)]
    [InlineData(English, "Lo mejor es ir a la piscina con los amigos, pero es más seguro por la mañana.", 1.0)]
    [InlineData(French, "Il est bon de nager avec des amis qui sont là.", 0.0)]
    [InlineData(French, "You can swim with the others.", 1.0)]
    [InlineData(English, "Paris", null)]
    [InlineData("Paris", "You can swim with the others.", null)]
    public void OtherLanguage_CommonWords_Decide(string prompt, string completion, double? value) =>
        Assert.Equal(value, Judged.By("language-mix", "other-language", prompt, completion).Value);
}
