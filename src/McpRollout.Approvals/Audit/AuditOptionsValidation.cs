using System.Net;
using McpRollout.Approvals.Files;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Audit;

/// <summary>Refuses an audit that could not be kept, with all that is wrong at once.</summary>
internal sealed class AuditOptionsValidation(IOptions<StorageOptions> storage) : IValidateOptions<AuditOptions>
{
    private const long SmallestPart = 64 * 1024;

    // The patch and its record share the 40 s of the executor's attempt.
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(20);

    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        string[] errors = [.. FileErrors(options), .. SinkErrors(options.Sinks), .. WebhookErrors(options), .. AnchorErrors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> FileErrors(AuditOptions options)
    {
        if (options.File is { } file && StorageOptionsValidation.FileError(file) is { } error)
            yield return $"Audit:File is '{file}', {error}, or remove the setting for the default.";
        else if (options.File is not null && IsTheStore(options.File))
            yield return $"Audit:File is '{options.File}', which is the store: write the path of another file, or remove the setting for "
                + "the default.";
        if (options.RotateBytes is not 0 and < SmallestPart)
            yield return $"Audit:RotateBytes is {options.RotateBytes}: write a number of bytes of at least {SmallestPart}, or 0 to keep "
                + "one file.";
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > LongestDeadline)
            yield return $"Audit:Deadline is {options.Deadline}: write a duration of more than 0 and at most {LongestDeadline}, e.g. "
                + "00:00:05.";
    }

    private static IEnumerable<string> SinkErrors(AuditSinkLevels sinks)
    {
        if (new[] { sinks.File, sinks.StandardError, sinks.OpenTelemetry, sinks.Webhook }.All(level => level != SinkLevel.Required))
            yield return "Audit:Sinks has none that is Required, and nothing may be done that is not on record: write "
                + "Audit:Sinks:File=Required, or require another one.";
    }

    private static IEnumerable<string> WebhookErrors(AuditOptions options)
    {
        if (options.Sinks.Webhook == SinkLevel.Off)
            yield break;
        var webhook = options.Webhook;
        if (!Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) || !IsForNobodyElse(url))
            yield return $"Audit:Webhook:Url is {Shown(webhook.Url)}: write an https address (http only to localhost), or "
                + "Audit:Sinks:Webhook=Off.";
        else if (url.UserInfo.Length > 0)
            yield return "Audit:Webhook:Url holds a user or a password: leave them out; receivers know the sender by the signature.";
        if (webhook.SecretFile is not { } file)
            yield return "Audit:Webhook:SecretFile is not set: write the path of a file with the key that records are signed with, made "
                + "e.g. by 'openssl rand -hex 32'.";
        else if (SecretFile.Error(file) is { } error)
            yield return $"Audit:Webhook:SecretFile is '{file}', {error}.";
    }

    private IEnumerable<string> AnchorErrors(AuditOptions options)
    {
        if (options.Anchor is not { } anchor)
            yield break;
        if (options.Sinks.File == SinkLevel.Off)
            yield return "Audit:Anchor is set, and without the audit's file there are no checkpoints: write Audit:Sinks:File=Required, or "
                + "remove the setting.";
        // Whether a collector is named is looked at by what speaks to it.
        if (anchor == AuditOptions.Otlp)
            yield break;
        if (options.AnchorUrl is { } url)
        {
            if (!IsForNobodyElse(url) || url.UserInfo.Length > 0)
                yield return $"Audit:Anchor is {Shown(anchor)}: write an https address without user or password (http only to localhost), "
                    + "or the path of a file.";
        }
        else if (StorageOptionsValidation.FileError(anchor) is { } error)
        {
            yield return $"Audit:Anchor is '{anchor}', {error} elsewhere, or an https address, or remove the setting.";
        }
        else if (IsTheStore(anchor) || IsBesideTheAudit(options, anchor))
        {
            yield return $"Audit:Anchor is '{anchor}', which is the store, or beside the audit, where it shows nothing that the audit does "
                + "not: write the path of a file elsewhere, such as on another mount, or an https address.";
        }
    }

    private static bool IsForNobodyElse(Uri url) => url.Scheme == "https" || (url.Scheme == "http" && IsLoopback(url));

    // An address can hold a token.
    private static string Shown(string? url) =>
        url is null ? "not set" : Uri.TryCreate(url, UriKind.Absolute, out var address) ? $"one of {address.Scheme}" : "no address";

    /// <summary>Whether what is sent to the address stays on this machine.</summary>
    public static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private bool IsBesideTheAudit(AuditOptions options, string file)
    {
        try
        {
            return FolderOf(file) == FolderOf(options.File ?? storage.Value.FullPath);
        }
        catch (Exception invalid) when (invalid is OptionsValidationException or ArgumentException)
        {
            return false;
        }

        static string? FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path));
    }

    private bool IsTheStore(string file)
    {
        try
        {
            return Path.GetFullPath(file) == storage.Value.FullPath;
        }
        catch (OptionsValidationException)
        {
            return false;
        }
    }
}
