using System.Text.Encodings.Web;

namespace McpRollout.PracticeCluster.Api;

internal static class JsonText
{
    /// <summary>Quotes and angle brackets as they are: this is no HTML, and people read it with curl.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
