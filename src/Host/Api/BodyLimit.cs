using Microsoft.AspNetCore.Http.Metadata;

namespace ActorRlhf.Host.Api;

/// <summary>Allows a route's bodies more bytes than others have.</summary>
/// <param name="MaxRequestBodySize">Most bytes.</param>
sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
