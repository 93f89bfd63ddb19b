using McpRollout.Sandbox.Admission;
using McpRollout.Sandbox.Controllers;

namespace McpRollout.Sandbox.Seeds;

internal static class Incidents
{
    public static void Play(AdmittedStore store, ControllerLoop controllers) { _ = store; _ = controllers; }
}
