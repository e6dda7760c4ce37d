using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace ActorRlhf.Host.Api;

/// <summary>
/// The interactive reference of the API at <c>/reference</c>: a page of this host alone, that loads nothing from anywhere else.
/// </summary>
/// <remarks>
/// A browser cannot send a token when somebody goes to a page, so the page and its scripts are open; they are the same on every host and
/// show nothing of the runs. The document that the page is about is not: the page asks for a token, fetches the document with it, and
/// forgets it when it is closed. The policy in its header is what a browser obeys: it talks to no other server, whatever its scripts say.
/// </remarks>
static class ReferencePage
{
    const string Page = "/reference", Script = Page + "/token.js";

    /// <summary>Patterns of the routes that it needs.</summary>
    public static readonly string[] Routes =
        [Page + "/{documentName?}", Script, Page + "/scalar.js", Page + "/scalar.aspnetcore.js", Page + "/favicon.svg"];

    const string Form = """
        <form id="token-form" style="font: 16px sans-serif; max-width: 40em; margin: 4em auto">
          <p><label for="token">A token of this host that has the scope 'read':</label></p>
          <p><input id="token" type="password" autocomplete="off" size="70" autofocus> <button>Show the reference</button></p>
          <p id="token-problem" role="alert"></p>
        </form>
        """;

    const string AskForToken = """
        const form = document.getElementById('token-form');
        const problem = document.getElementById('token-problem');
        const load = async token => {
          const answer = await fetch('/openapi/v1.json', { headers: { Authorization: 'Bearer ' + token } });
          const body = await answer.json();
          if (answer.ok) return body;
          problem.textContent = body.detail;
          return null;
        };
        const [token, content] = await new Promise(resolve => form.addEventListener('submit', async event => {
          event.preventDefault();
          const token = document.getElementById('token').value.trim();
          const content = await load(token).catch(failure => { problem.textContent = String(failure); return null; });
          if (content) resolve([token, content]);
        }));
        form.remove();
        export default {
          sources: [{ title: content.info.title, content }],
          authentication: { preferredSecurityScheme: 'bearer', securitySchemes: { bearer: { token } } }
        };
        """;

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Script, () => Results.Text(AskForToken, "text/javascript")).AllowAnonymous().ExcludeFromDescription();
        routes.MapScalarApiReference(Page, options =>
        {
            options.Title = "ActorRlhf";
            options.HeaderContent = Form;
            options.JavaScriptConfiguration = Script;
            options.DynamicNonce = true;
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.ProxyUrl = null;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Agent = new() { Disabled = true };
            options.Mcp = new() { Disabled = true };
        }).AllowAnonymous().AddEndpointFilter(SayWhatABrowserMayDoAsync);
    }

    static async ValueTask<object?> SayWhatABrowserMayDoAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var page = await next(invocation).ConfigureAwait(false);
        invocation.HttpContext.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{invocation.HttpContext.Items[ScalarOptions.NonceHttpContextItemKey]}'; "
            + "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
            + "worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return page;
    }
}
