namespace ActorRlhf.Host.Failures;

/// <summary>What was given as a model is none.</summary>
/// <param name="model">What was given.</param>
sealed class ModelNotFoundException(string model)
    : Exception($"--model: '{model}' is neither a folder with config.json, model.safetensors and a tokenizer, "
        + "nor run:RUN@STEP, a run's policy after a step");
