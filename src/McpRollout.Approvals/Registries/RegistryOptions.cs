namespace McpRollout.Approvals.Registries;

/// <summary>The <c>Registry</c> section.</summary>
internal sealed class RegistryOptions
{
    /// <summary>
    /// Whether the registries of the target's images are asked if they have them, before a person is. Default: false, since it reaches out
    /// to wherever a template says.
    /// </summary>
    public bool Check { get; set; }
}
