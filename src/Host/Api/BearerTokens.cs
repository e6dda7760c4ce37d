using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ActorRlhf.Host.Api;

/// <summary>Knows whoever asks by <c>Authorization: Bearer TOKEN</c>, and by nothing else: no cookie, nothing in an address.</summary>
sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, HostTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    /// <summary>Type of the claims that hold <see cref="Scopes"/>.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>The token that a request shows; null for none.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        const string prefix = SchemeName + " ";
        return request.Headers.Authorization is [{ } only] && only.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            ? only[prefix.Length..].Trim()
            : null;
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.Count == 0) return Task.FromResult(AuthenticateResult.NoResult());
        if (tokens.Find(TokenOf(Request)) is not { } known)
            return Task.FromResult(AuthenticateResult.Fail("the token is not one of this host's"));
        var claims = known.Scopes.Select(scope => new Claim(ScopeClaim, scope)).Prepend(new Claim(ClaimTypes.Name, known.Name));
        var who = new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(who, SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = SchemeName;
        return Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized,
            "a token of this host is needed, one that is neither expired nor revoked: send 'Authorization: Bearer TOKEN'; "
                + "the owner's is in the file 'token' of the host's data directory, and 'tokens add' makes others");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var has = string.Join(", ", Context.User.FindAll(ScopeClaim).Select(claim => claim.Value));
        var needs = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return Problems.WriteAsync(Context, StatusCodes.Status403Forbidden,
            $"the token '{Context.User.Identity?.Name}' has the scopes {has}, and this needs {needs}");
    }
}
