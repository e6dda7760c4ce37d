using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ActorRlhf.Host.Api;

/// <summary>Gives refusals that have no body one, before everything else that answers.</summary>
sealed class BodilessAnswers : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => web =>
    {
        web.UseStatusCodePages(
            page => Problems.WriteAsync(page.HttpContext, page.HttpContext.Response.StatusCode, WhatToDo(page.HttpContext)));
        next(web);
    };

    static string WhatToDo(HttpContext context)
    {
        var (request, status) = (context.Request, context.Response.StatusCode);
        return status switch
        {
            StatusCodes.Status400BadRequest => "the request is malformed, or names a host that this one is not",
            StatusCodes.Status404NotFound => $"there is no route {request.Path}; /openapi/v1.json lists those that there are",
            StatusCodes.Status405MethodNotAllowed =>
                $"{request.Path} does not take {request.Method}; expected {context.Response.Headers.Allow}",
            StatusCodes.Status415UnsupportedMediaType =>
                $"'{request.ContentType}' is not what {request.Path} takes; expected application/zip of an archive, else application/json",
            _ => ReasonPhrases.GetReasonPhrase(status),
        };
    }
}
