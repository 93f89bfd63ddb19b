namespace McpRollout.Approvals.Requests;

/// <summary>The <c>Limits</c> section: how much may be asked of people.</summary>
internal sealed class LimitOptions
{
    /// <summary>How many requests may be open in all. Default: 50.</summary>
    public int OpenRequests { get; set; } = 50;

    /// <summary>How many requests may be open on behalf of one person. Default: 10.</summary>
    public int OpenRequestsPerRequester { get; set; } = 10;

    /// <summary>How many requests may be made in a minute on behalf of one person. Default: 10.</summary>
    public int RequestsPerMinute { get; set; } = 10;
}

/// <summary>Finds all that is wrong with the <c>Limits</c> section at once.</summary>
internal sealed class LimitOptionsValidation : IValidateOptions<LimitOptions>
{
    private const int Most = 10_000;

    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        string[] errors =
        [
            .. Errors(nameof(options.OpenRequests), options.OpenRequests),
            .. Errors(nameof(options.OpenRequestsPerRequester), options.OpenRequestsPerRequester),
            .. Errors(nameof(options.RequestsPerMinute), options.RequestsPerMinute),
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static string[] Errors(string key, int value) =>
        value is < 1 or > Most ? [$"Limits:{key} is {value}: write 1 to {Most}; Cluster:ReadOnly=true leaves the undo tools out."] : [];
}
