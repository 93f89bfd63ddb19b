namespace McpRollout.Hosting;

/// <summary>A section of the settings: bound and validated when it is first asked for, and never again.</summary>
/// <typeparam name="TOptions">What it is bound to.</typeparam>
/// <param name="bind">Sets what the settings say.</param>
/// <param name="validations">Say what is wrong with it.</param>
internal sealed class BoundOptions<TOptions>(
    Action<TOptions> bind, IReadOnlyList<IValidateOptions<TOptions>> validations) : IOptions<TOptions>
    where TOptions : class, new()
{
    private readonly Lazy<TOptions> _value = new(() =>
    {
        var options = new TOptions();
        bind(options);
        string[] failures = [.. validations.SelectMany(validation => validation.Validate(Options.DefaultName, options).Failures ?? [])];
        return failures.Length == 0 ? options : throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), failures);
    });

    public TOptions Value => _value.Value;
}
