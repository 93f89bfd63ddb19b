using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Controllers;
using McpRollout.PracticeCluster.Seeds.Drills;

namespace McpRollout.PracticeCluster.Seeds;

/// <summary>The state in which a seeded cluster is found: see docs/practice-cluster.md.</summary>
internal static class Incidents
{
    public static void Play(AdmittedStore store, ControllerLoop controllers, bool drills)
    {
        var past = new Timeline();
        CheckoutIncident.AddTo(past);
        LedgerIncident.AddTo(past);
        QuietWorkloads.AddTo(past);
        if (drills) DrillGround.AddTo(past);
        past.Play(store, controllers);
    }
}
