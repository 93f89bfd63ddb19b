using System.Net;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Files;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Broker;

/// <summary>Finds all that is wrong with the <c>Approvals</c> section at once.</summary>
internal sealed class ApprovalOptionsValidation : IValidateOptions<ApprovalOptions>
{
    public ValidateOptionsResult Validate(string? name, ApprovalOptions options) =>
        Errors(options).ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

    private static IEnumerable<string> Errors(ApprovalOptions options)
    {
        if (Address(options.Listen) is not { Scheme: "http" } listen || listen.PathAndQuery != "/")
            yield return $"Approvals:Listen is '{options.Listen}': write http://HOST:PORT, e.g. http://localhost:7391.";
        else if (listen.Host != "localhost" && !IPAddress.TryParse(listen.DnsSafeHost, out _))
            yield return $"Approvals:Listen is '{options.Listen}': name localhost or an IP address of this machine; the name that people "
                + "use belongs in Approvals:PublicUrl.";
        else if (!AuditOptionsValidation.IsLoopback(listen) && Address(options.PublicUrl)?.Scheme != "https")
            yield return $"Approvals:Listen is '{options.Listen}', which others can reach, and passphrases would travel in the clear: "
                + "listen on localhost, or put a TLS proxy in front and set Approvals:PublicUrl to its https address.";

        if (options.PublicUrl is not null
            && Address(options.PublicUrl) is not { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "" })
            yield return $"Approvals:PublicUrl is '{options.PublicUrl}': write an absolute http or https address with no path, e.g. "
                + "https://approvals.example.com.";

        if (options.Requester is { } requester && Enrolment.NameError(requester) is { } nameError)
            yield return $"Approvals:Requester is '{requester}': {nameError}";

        foreach (var error in options.Host ? HostErrors(options) : ServerErrors(options))
            yield return error;
        foreach (var error in Lifetimes.Errors("Approvals", options.RequestLifetime, options.ExecutionLifetime))
            yield return error;
    }

    // What only the other side reads is a mistake: who forgot Host=false would host approvals without knowing.
    private static IEnumerable<string> HostErrors(ApprovalOptions options)
    {
        if (options.TokenFile is not null || options.ServerKey is not null || options.Server != new ApprovalOptions().Server)
            yield return "Approvals:Server, Approvals:ServerKey and Approvals:TokenFile are for an agent's side alone: write "
                + "Approvals:Host=false, or leave them out.";
        foreach (var error in options.Agents.SelectMany(AgentErrors).Concat(SignInOptionsValidation.Errors(options)))
            yield return error;
        foreach (var same in options.Agents.GroupBy(agent => agent.TokenSha256, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1))
            yield return $"Approvals:Agents names {string.Join(" and ", same.Select(agent => agent.Name))} with one TokenSha256: make a "
                + $"token for each with 'mcp-rollout approvals agent-token FILE'.";
    }

    private static IEnumerable<string> AgentErrors(AgentOptions agent, int at)
    {
        if (Enrolment.NameError(agent.Name ?? "") is { } nameError)
            yield return $"Approvals:Agents:{at}:Name is '{agent.Name}': {nameError}";
        if (agent.TokenSha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigit))
            yield return $"Approvals:Agents:{at}:TokenSha256 is not 64 hex digits: write what 'mcp-rollout approvals agent-token FILE' "
                + "printed.";
    }

    private static IEnumerable<string> ServerErrors(ApprovalOptions options)
    {
        if (Address(options.Server) is not { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "", UserInfo: "" } server)
            yield return $"Approvals:Server is '{options.Server}': write the address of the approving side with no path, e.g. "
                + "https://approvals.example.com.";
        else if (server.Scheme == "http" && !AuditOptionsValidation.IsLoopback(server))
            yield return $"Approvals:Server is '{options.Server}', and the token would travel in the clear: write an https address (http "
                + "only to localhost).";
        else if (server.Scheme == "http" && options.ServerKey is not null)
            yield return "Approvals:ServerKey is the key of a TLS certificate, and Approvals:Server is an http address: leave it out, or "
                + "write the https address.";
        if (options.ServerKey is { } key && PinnedKey.Read(key) is null)
            yield return $"Approvals:ServerKey is '{key}': write the SHA-256 of the server's public key (SubjectPublicKeyInfo) in base64 "
                + "or hex.";
        if (options.Agents.Count > 0 || options.Requester is not null || options.Read is not null || options.SignIn.Issuer is not null)
            yield return "Approvals:Agents, Approvals:Requester, Approvals:Read and Approvals:SignIn are for the side that hosts "
                + "approvals, and Approvals:Host is false: leave them out here.";
        if (options.TokenFile is not { } file)
            yield return "Approvals:TokenFile is not set, and Approvals:Host is false: write the path of the file that 'mcp-rollout "
                + "approvals agent-token FILE' made for this agent's side.";
        else if (SecretFile.TokenError(file) is { } error)
            yield return $"Approvals:TokenFile is '{file}', {error}.";
    }

    private static Uri? Address(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null;
}
