namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>Why a model did not judge; in the error of an item its name in lower case stands first.</summary>
public enum JudgeFailure
{
    /// <summary>The key is not accepted, or there is none: status 401 or 403.</summary>
    Key,
    /// <summary>There is no such model, or no such path: status 404.</summary>
    Model,
    /// <summary>Too many requests: status 429, also when it was asked again.</summary>
    Rate,
    /// <summary>The server failed: status 500 to 599, also when it was asked again.</summary>
    Server,
    /// <summary>Any other status than 200.</summary>
    Status,
    /// <summary>No answer within the time of a request.</summary>
    Timeout,
    /// <summary>No connection, or one that was cut before the answer was complete.</summary>
    Unreachable,
    /// <summary>The answer is too long, or no chat completion with a text.</summary>
    Protocol,
    /// <summary>The model was cut off at its token limit.</summary>
    Length,
    /// <summary>A content filter withheld the answer.</summary>
    Filter,
    /// <summary>The model's text is not the one JSON object that was asked for.</summary>
    Answer,
    /// <summary>The requests of a batch were used up.</summary>
    Budget,
    /// <summary>The deadline of a batch came first.</summary>
    Deadline,
    /// <summary>The item has nothing to compare with.</summary>
    Item,
}
