using Microsoft.AspNetCore.Routing;

namespace McpRollout.Web;

/// <summary>Something else that the page's server answers.</summary>
internal interface IPageRoute
{
    /// <summary>Adds what it needs to the services of the page's server, which has few of its own. Default: nothing.</summary>
    void AddTo(IServiceCollection services)
    {
    }

    void Map(IEndpointRouteBuilder routes);

    /// <summary>Whether this is a call of an agent's side that proved itself, and is limited by the route rather than with people's
    /// requests.</summary>
    ValueTask<bool> IsAgentsAsync(HttpContext context);
}
