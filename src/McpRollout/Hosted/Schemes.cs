using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace McpRollout.Hosted;

/// <summary>What tokens of a company's own providers have in common, whoever sends them.</summary>
internal static class Schemes
{
    /// <summary>How long a provider may take to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How far a provider's clock may be from this machine's.</summary>
    public static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <summary>How tokens may be signed: with a symmetric key, whoever can check one could make one.</summary>
    public static readonly string[] Signatures =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Adds the framework's authentication.</summary>
    public static AuthenticationBuilder AddTo(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IAuthenticationConfigurationProvider, NoConfiguration>();
        services.AddAuthenticationCore().AddWebEncoders();
        return new AuthenticationBuilder(services);
    }

    /// <summary>Settings come from the options, and not from a section of the web server's.</summary>
    private sealed class NoConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationManager();
    }
}
