using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Recipes: the built-in ones, and whether somebody's own can be trained.</summary>
/// <param name="reach">What a recipe may name.</param>
sealed class RecipeRoutes(RecipeReach reach)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/recipes", () => new Page<RecipeSummary>(RecipeLibrary.List(), null)).Produces<Page<RecipeSummary>>()
            .As("recipes", Scopes.Read, "The built-in recipes");
        routes.MapGet("/v1/recipes/{name}", Show).Produces<RecipeBody>().As("recipe", Scopes.Read, "A built-in recipe's text");
        routes.MapPost("/v1/recipes/validate", Validate).Produces<ValidationLine>()
            .As("validateRecipe", Scopes.Read, "Whether a recipe can be trained here, and every reason why not");
    }

    static IResult Show(string name)
    {
        try { return Results.Ok(new RecipeBody(name, RecipeLibrary.Text(name))); }
        catch (RecipeException unknown) { return Problems.Of(StatusCodes.Status404NotFound, unknown.Message); }
    }

    ValidationLine Validate(ValidateRequest body)
    {
        try { return ValidationLine.Of(WorldCheck.Problems(SubmittedRecipe.Read(body.Recipe, NewRunRequest.Override(body.Set), reach))); }
        catch (RecipeException invalid) { return ValidationLine.Of(invalid.Problems); }
    }

    /// <summary>The object of <c>recipes show --json</c>.</summary>
    sealed record RecipeBody(string Name, string Text);
}
