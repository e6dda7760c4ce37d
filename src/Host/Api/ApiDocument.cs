using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ActorRlhf.Host.Api;

/// <summary>The OpenAPI 3.1 document of the routes under <c>/v1</c>, checked in as <c>docs/openapi.json</c>.</summary>
static class ApiDocument
{
    /// <summary>Its name in addresses.</summary>
    public const string Name = "v1";

    const string Bearer = "bearer", Problem = "Problem", ProblemJson = "application/problem+json";

    /// <summary>What parameters mean that several operations have.</summary>
    static readonly Dictionary<string, string> s_parameters = new()
    {
        ["id"] = "Of a run its id, the beginning of it (but to delete one), or `latest`; of a job its id.",
        ["after"] = "What `next` of the page before said.",
        ["limit"] = "Most items of a page.",
        ["step"] = "A step of RL; 0 is before the first.",
        ["acceptBuild"] = "Whether this build may execute steps of a run that another one trained.",
        [RunSubmission.KeyHeader] = "One key of one token is one run, however often the request comes.",
        ["Last-Event-ID"] = "The id of the last event that was read.",
    };

    /// <summary>Adds what the routes do not say of themselves: who may, and what a refusal looks like.</summary>
    public static void Describe(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "ActorRlhf",
                Version = Name,
                Description = "A host that trains language models from preferences. Lists are pages: what `next` says is the next "
                    + "request's `after`. The objects are those that the command line prints with `--json`. An `{id}` may be the beginning "
                    + "of a run's id, or `latest`.",
            };
            // Where the host listens is nothing that the document has to say.
            document.Servers = [];
            // Names of the program and of classes.
            document.Tags = null;
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = Bearer,
                    Description = "A token of this host. Each operation names the scope that the token needs; none includes another.",
                },
            };
            document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            document.Components.Schemas[Problem] = ProblemSchema();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            // Without this the tag would be the name of a class.
            operation.Tags = new HashSet<OpenApiTagReference> { new(TagOf(context.Description.RelativePath), context.Document) };
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            {
                if (parameter.In is ParameterLocation.Query) parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
                parameter.Description ??= s_parameters.GetValueOrDefault(parameter.Name!);
            }
            var scope = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().SingleOrDefault()?.Policy;
            if (scope is null) return Task.CompletedTask;
            operation.Security =
                [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [scope] }];
            operation.Responses ??= [];
            foreach (var (status, when) in Refusals(operation, context.Description.HttpMethod, scope))
                operation.Responses[status] = new OpenApiResponse
                {
                    Description = when,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        [ProblemJson] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Problem, context.Document) },
                    },
                };
            return Task.CompletedTask;
        });
        // What these are written as no serializer can say of its converters.
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(ContentHash)) (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[0-9a-f]{64}$");
            else if (type == typeof(double)) schema.Type ??= JsonSchemaType.Number | JsonSchemaType.Null;
            return Task.CompletedTask;
        });
    }

    /// <summary>What an operation is about: the first part of its path behind the version.</summary>
    static string TagOf(string? path) => path?.Split('/').FirstOrDefault(part => part != Name) ?? Name;

    static IEnumerable<(string Status, string When)> Refusals(OpenApiOperation operation, string? verb, string scope)
    {
        if (operation.Parameters is [_, ..] || operation.RequestBody is not null) yield return ("400", "Something that was sent is wrong");
        yield return ("401", "No token of this host, or one that is expired or revoked");
        yield return ("403", $"The token has not the scope `{scope}`, or a page of another origin asks");
        if (operation.Parameters?.Any(one => one.In is ParameterLocation.Path) is true) yield return ("404", "There is none of that name");
        if (verb is not "GET") yield return ("409", "Not as things stand");
        if (operation.Parameters?.Any(one => one.Name == RunSubmission.KeyHeader) is true)
            yield return ("422", "The key was used before, for another run");
        if (operation.RequestBody is not null) yield return ("413", "The body is too long");
        yield return ("429", "Too many requests; `Retry-After` says when to come back");
        yield return ("503", "The journal does not answer");
    }

    static OpenApiSchema ProblemSchema()
    {
        static OpenApiSchema Text(string what) => new() { Type = JsonSchemaType.String, Description = what };
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "RFC 9457.",
            Required = new HashSet<string> { "status", "detail" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("What kind of problem, an address."),
                ["title"] = Text("The status in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["detail"] = Text("What the command line would print."),
            },
        };
    }
}
