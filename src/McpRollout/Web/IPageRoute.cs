using Microsoft.AspNetCore.Routing;

namespace McpRollout.Web;

/// <summary>Something else that the page's server answers.</summary>
internal interface IPageRoute
{
    void Map(IEndpointRouteBuilder routes);

    /// <summary>Whether this is a call of an agent's side that proved itself, and is limited by the route rather than with people's
    /// requests.</summary>
    bool IsAgents(HttpRequest request);
}
