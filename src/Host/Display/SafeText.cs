using System.Text.RegularExpressions;

namespace ActorRlhf.Host.Display;

/// <summary>Text that somebody else wrote (a model, a dataset, a file name), made harmless for a terminal.</summary>
public static partial class SafeText
{
    /// <summary>The text without escape sequences, control characters and marks that turn its direction round; line feeds and tabs stay.</summary>
    public static string Of(string text) => Unsafe().Replace(text, "");

    // A whole sequence first (CSI, then strings such as OSC, then short ones), so that its letters do not stay behind; then every
    // control character that is left, so that nothing of an unfinished or nested sequence works. Line separators and bidirectional
    // marks (Trojan Source) are no control characters, but make what is seen differ from what is there.
    [GeneratedRegex(@"(?:\x1B\[|\x9B)[0-?]*[ -/]*[@-~]|(?:\x1B[PX\]^_]|[\x90\x98\x9D-\x9F])[^\x07\x1B\x90\x98\x9B-\x9F]*(?:\x07|\x1B\\|\x9C)|\x1B[ -/]*[0-OQ-WYZ\\`-~]|[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069-[\n\t]]")]
    private static partial Regex Unsafe();
}
