using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Controllers;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds;

/// <summary>
/// A past to be played: what happened how long ago. The controllers live through it, so that all it leaves is their own doing.
/// </summary>
internal sealed class Timeline
{
    // A real server's --event-ttl.
    private static readonly TimeSpan EventLifetime = TimeSpan.FromHours(1);

    private readonly List<(TimeSpan Ago, Action<AdmittedStore> Happens)> _entries = [];

    public void At(TimeSpan ago, Action<AdmittedStore> happens) => _entries.Add((ago, happens));

    public void Create(TimeSpan ago, string manager, string manifest) => At(ago, store =>
    {
        var value = JsonNode.Parse(manifest)!.AsObject();
        var type = ResourceCatalog.All.First(type => type.Kind == value.Text("kind"));
        store.Create(type, value.Namespace(), value, new(manager));
    });

    public void Create(TimeSpan ago, string manager, ResourceType type, string @namespace, Func<JsonObject> manifest) =>
        At(ago, store => store.Create(type, type.Namespaced ? @namespace : "", manifest(), new(manager)));

    public void Change(
        TimeSpan ago, string manager, ResourceType type, string @namespace, string name, Action<JsonObject> change,
        string subresource = "") =>
        At(ago, store => store.Update(type, @namespace, name, value =>
        {
            change(value);
            return value;
        }, new(manager, subresource)));

    public void Delete(TimeSpan ago, ResourceType type, string @namespace, Func<JsonObject, bool> which) => At(ago, store =>
    {
        foreach (var value in store.Store.List(type, type.Namespaced ? @namespace : "").Where(which))
            store.Delete(type, value.Namespace(), value.Name());
    });

    /// <summary>A release: another template, and the words that go with it.</summary>
    public void Release(
        TimeSpan ago, string manager, ResourceType type, string @namespace, string name, string cause, Action<JsonObject> container) =>
        Change(ago, manager, type, @namespace, name, value =>
        {
            value.Annotate("kubernetes.io/change-cause", cause);
            container(value.Spec().Object("template").Object("spec").Objects("containers").First());
        });

    public void Play(AdmittedStore store, ControllerLoop controllers)
    {
        var now = store.Clock.Host.GetUtcNow();
        foreach (var (ago, happens) in _entries.OrderByDescending(entry => entry.Ago))
        {
            controllers.PlayTo(now - ago);
            happens(store);
        }
        controllers.PlayTo(now);
        store.Clock.Live();
        Forget(store, now - EventLifetime);
    }

    private static void Forget(AdmittedStore store, DateTimeOffset before)
    {
        foreach (var value in store.Store.List(ResourceCatalog.Events).Where(value => value.Created() < before))
            store.Delete(ResourceCatalog.Events, value.Namespace(), value.Name());
    }

    public static void SetEnvironment(JsonObject container, string name, string value)
    {
        var entry = container.Objects("env").FirstOrDefault(entry => entry.Text("name") == name);
        if (entry is not null) entry["value"] = value;
        else container.Array("env")!.Add((JsonNode)new JsonObject { ["name"] = name, ["value"] = value });
    }
}
