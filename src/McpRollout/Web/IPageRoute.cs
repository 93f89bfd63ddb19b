using Microsoft.AspNetCore.Routing;

namespace McpRollout.Web;

/// <summary>Something else that the page's server answers.</summary>
internal interface IPageRoute
{
    void Map(IEndpointRouteBuilder routes);
}
