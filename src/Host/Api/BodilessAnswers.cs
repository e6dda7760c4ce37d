using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.WebUtilities;

namespace ActorRlhf.Host.Api;

/// <summary>Gives refusals that have no body one, before everything else that answers.</summary>
sealed class BodilessAnswers : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => web =>
    {
        web.UseStatusCodePages(page => Problems.WriteAsync(page.HttpContext, page.HttpContext.Response.StatusCode,
            ReasonPhrases.GetReasonPhrase(page.HttpContext.Response.StatusCode)));
        next(web);
    };
}
