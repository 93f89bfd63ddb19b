using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Person;

/// <summary>Registers who may approve.</summary>
internal static class PersonServices
{
    public static IServiceCollection AddApprovers(this IServiceCollection services) => services.AddSingleton<ApproverDirectory>();
}
