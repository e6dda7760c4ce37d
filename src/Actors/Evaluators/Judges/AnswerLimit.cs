namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>Reads each answer whole, as far as it is no longer than any answer can be.</summary>
sealed class AnswerLimit(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Bytes of an answer: a thousand times what a judge says.</summary>
    public const int MostBytes = 1 << 20;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await base.SendAsync(request, ct).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(MostBytes, ct).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
