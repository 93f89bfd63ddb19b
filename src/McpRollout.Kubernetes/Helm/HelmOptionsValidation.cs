namespace McpRollout.Kubernetes.Helm;

/// <summary>Finds what is wrong with the <c>Helm</c> section.</summary>
internal sealed class HelmOptionsValidation : IValidateOptions<HelmOptions>
{
    private static readonly System.Buffers.SearchValues<char> Plain = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+/\\:");

    public ValidateOptionsResult Validate(string? name, HelmOptions options) =>
        Error(options.Program) is { } error ? ValidateOptionsResult.Fail(error) : ValidateOptionsResult.Success;

    // A person is given it to type, so it must need no quotes. A path that is not absolute would name another file in each folder.
    private static string? Error(string program) =>
        program.AsSpan().ContainsAnyExcept(Plain) || program.Length == 0
            ? $"Helm:Program is '{program}': write helm, or an absolute path without spaces."
        : !program.AsSpan().ContainsAny('/', '\\') ? null
        : !Path.IsPathFullyQualified(program) ? $"Helm:Program is '{program}': write helm, or an absolute path."
        : File.Exists(program) ? null
        : $"Helm:Program is '{program}', which does not exist: correct the path, or write helm to have it found on PATH.";
}
