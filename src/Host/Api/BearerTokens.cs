using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ActorRlhf.Host.Api;

/// <summary>What a host's door lets through.</summary>
sealed class BearerTokenOptions : AuthenticationSchemeOptions
{
    /// <summary>SHA-256 of the host's own token.</summary>
    public byte[] HostToken { get; set; } = [];
}

/// <summary>Knows whoever asks by <c>Authorization: Bearer TOKEN</c>, and by nothing else: no cookie, nothing in an address.</summary>
/// <remarks>Digests are compared, in constant time, so that an answer's time tells nothing of a token.</remarks>
sealed class BearerTokens(IOptionsMonitor<BearerTokenOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<BearerTokenOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    /// <summary>Type of the claims that hold <see cref="Scopes"/>.</summary>
    public const string ScopeClaim = "scope";
    /// <summary>Name of the token that a host makes for its owner.</summary>
    const string Owner = "owner";

    /// <summary>What a token is compared by.</summary>
    public static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0) return Task.FromResult(AuthenticateResult.NoResult());
        const string prefix = SchemeName + " ";
        if (header is not [{ } only] || !only.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            || !CryptographicOperations.FixedTimeEquals(Digest(only[prefix.Length..].Trim()), Options.HostToken))
            return Task.FromResult(AuthenticateResult.Fail("the token is not one of this host's"));
        var claims = Scopes.All.Select(scope => new Claim(ScopeClaim, scope)).Prepend(new Claim(ClaimTypes.Name, Owner));
        var who = new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(who, SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = SchemeName;
        return Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized,
            "a token of this host is needed: send 'Authorization: Bearer TOKEN'; it is in the file 'token' of the host's data directory");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, StatusCodes.Status403Forbidden, "this token does not allow that");
}
