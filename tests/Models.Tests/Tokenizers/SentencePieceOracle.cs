using System.Diagnostics;
using System.Text.Json;

namespace ActorRlhf.Models.Tests.Tokenizers;

/// <summary>Google's own SentencePiece: Debian's <c>python3-sentencepiece</c>.</summary>
static class SentencePieceOracle
{
    const string Python = "/usr/bin/python3"; // Debian's, for which Debian's package is

    /// <summary>Why the oracle cannot be asked, or null where it can.</summary>
    public static string? Missing { get; } = Try();

    /// <summary>The ids that SentencePiece gives.</summary>
    /// <param name="model">A <c>tokenizer.model</c>.</param>
    /// <param name="texts">What to encode.</param>
    public static int[][] Encode(byte[] model, IReadOnlyList<string> texts) => Encode([(model, texts)])[0];

    /// <summary>The ids that SentencePiece gives, for several models.</summary>
    public static int[][][] Encode(IReadOnlyList<(byte[] Model, IReadOnlyList<string> Texts)> questions)
    {
        var input = questions.Select(question => new { model = Convert.ToBase64String(question.Model), texts = question.Texts });
        return JsonSerializer.Deserialize<int[][][]>(Run(
        """
        import base64, json, sys, sentencepiece
        answers = []
        for question in json.load(sys.stdin):
            processor = sentencepiece.SentencePieceProcessor()
            processor.LoadFromSerializedProto(base64.b64decode(question["model"]))
            answers.append([processor.encode(text, out_type=int) for text in question["texts"]])
        print(json.dumps(answers))
        """, JsonSerializer.Serialize(input)))!;
    }

    /// <summary>A BPE model trained on texts: bytes for what is rare, no normalisation, some user-defined pieces that overlap.</summary>
    public static byte[] Train(IReadOnlyList<string> texts, int size, params string[] userDefined) => Convert.FromBase64String(Run(
        """
        import base64, io, json, sys, sentencepiece
        question, model = json.load(sys.stdin), io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(question["texts"]), model_writer=model, model_type="bpe", vocab_size=question["size"],
            normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
            byte_fallback=True, split_digits=True, user_defined_symbols=question["user"], num_threads=1, minloglevel=2)
        print(base64.b64encode(model.getvalue()).decode())
        """, JsonSerializer.Serialize(new { texts, size, user = userDefined })));

    static string? Try()
    {
        try
        {
            Run("import sentencepiece", "");
            return null;
        }
        catch (Exception absent) when (absent is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return "Debian's python3-sentencepiece is not installed";
        }
    }

    static string Run(string script, string input)
    {
        var start = new ProcessStartInfo(Python, ["-c", script]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException) { } // it ended before it read all: the exit code says so
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{Python} ended with {process.ExitCode}: {error.Result}");
        return output.Result;
    }
}

/// <summary>A test that is skipped where the oracle or the real data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OracleFactAttribute : Files.RealDataFactAttribute
{
    public OracleFactAttribute() => Skip ??= SentencePieceOracle.Missing;
}
