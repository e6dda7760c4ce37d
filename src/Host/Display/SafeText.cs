using System.Text.RegularExpressions;

namespace ActorRlhf.Host.Display;

/// <summary>Text that somebody else wrote (a model, a dataset, a file name), made harmless for a terminal.</summary>
static partial class SafeText
{
    /// <summary>
    /// The text without escape sequences, control characters, marks that turn its direction
    /// round and characters that nobody sees; line feeds and tabs stay.
    /// </summary>
    public static string Of(string text) => Unsafe().Replace(text, "");

    // A whole sequence first (CSI, then strings such as OSC, then short ones), so that its letters do not stay behind; then every
    // control character that is left, so that nothing of an unfinished or nested sequence works. Line separators and bidirectional
    // marks (Trojan Source), characters without width, fillers, variation selectors and tags (all that Unicode lets a display
    // ignore) are no control characters, but make what is seen differ from what is there. Of the format characters those that
    // show, such as the Arabic sign of numbers, stay.
    [GeneratedRegex(
        @"(?:\x1B\[|\x9B)[0-?]*[ -/]*[@-~]|" +
        @"(?:\x1B[PX\]^_]|[\x90\x98\x9D-\x9F])[^\x07\x1B\x90\x98\x9B-\x9F]*(?:\x07|\x1B\\|\x9C)|" +
        @"\x1B[ -/]*[0-OQ-WYZ\\`-~]|" +
        @"[\p{Cc}\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2028\u2029\u2065\u3164\uFE00-\uFE0F\uFFA0\uFFF0-\uFFF8" +
            @"-[\n\t\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2]]|" +
        @"[\uDB40-\uDB43][\uDC00-\uDFFF]|" +
        @"\uD834[\uDD73-\uDD7A]|" +
        @"\uD82F[\uDCA0-\uDCA3]")]
    private static partial Regex Unsafe();
}
