using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>Who asks.</summary>
static class TokenNames
{
    /// <summary>Name of the token that a request shows.</summary>
    /// <exception cref="InvalidOperationException">It shows none, and its route is open.</exception>
    public static string TokenName(this HttpContext context) =>
        context.User.Identity?.Name ?? throw new InvalidOperationException("an open route asks for a token's name");
}
