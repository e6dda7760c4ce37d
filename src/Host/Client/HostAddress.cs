using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Client;

/// <summary>Where a host is, and by what it lets somebody in.</summary>
/// <param name="Server">Its address, with a slash at the end.</param>
/// <param name="Token">Its token; never in an address, a log or an argument.</param>
/// <param name="TokenFile">The file that the token is from.</param>
sealed record HostAddress(Uri Server, string Token, string TokenFile)
{
    /// <summary>Reads the token's file.</summary>
    /// <param name="server">As <see cref="TryParse"/> gives it.</param>
    /// <param name="tokenFile">The file.</param>
    /// <exception cref="TokenFileException">It is not there, cannot be read, or holds no token.</exception>
    public static HostAddress With(Uri server, string tokenFile)
    {
        const string remedy = "name the file of the host's token with --token-file";
        if (Directory.Exists(tokenFile)) throw new TokenFileException(tokenFile, $"this is a folder: {remedy}");
        try
        {
            var token = File.ReadAllText(tokenFile).Trim();
            return token.Length > 0 && !token.AsSpan().ContainsAnyExceptInRange('!', '~')
                ? new HostAddress(server, token, tokenFile)
                : throw new TokenFileException(tokenFile, $"it does not hold a token, which is one word: {remedy}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TokenFileException(tokenFile, $"the token cannot be read ({failure.Message.TrimEnd('.')}): {remedy}");
        }
    }

    /// <summary>Reads an address; false, with the problem, for one that is none or that would send the token in the clear.</summary>
    /// <param name="text">Such as <c>http://127.0.0.1:8423</c>.</param>
    /// <param name="server">With a slash at the end.</param>
    /// <param name="problem">What is wrong, to follow the option's name; empty if nothing is.</param>
    public static bool TryParse(string text, out Uri server, out string problem)
    {
        (server, problem) = (new Uri("http://127.0.0.1"), "");
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var read) || read.Scheme is not ("http" or "https")
            || read.UserInfo.Length > 0 || read.Query.Length > 0 || read.Fragment.Length > 0)
        {
            problem = $"'{text}' is not an address such as http://127.0.0.1:8423";
            return false;
        }
        if (read.Scheme == "http" && !read.IsLoopback)
        {
            problem = $"'{text}' would send the token over a network in the clear: use https, or a tunnel to a loopback address";
            return false;
        }
        server = read;
        return true;
    }
}
