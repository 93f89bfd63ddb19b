using System.IO.Compression;
using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Incidents;

/// <summary>A release as Helm 3 leaves it: its objects, with Helm's marks, and the records that <c>helm history</c> reads.</summary>
internal sealed class HelmRelease(Timeline past, string @namespace, string name)
{
    private const string Manager = "helm";

    private static readonly string[] Written = ["spec", "data"];

    private int _revision;

    /// <summary>The next revision: the first one installs. Objects that are there get the spec and data of the new one.</summary>
    public void Upgrade(TimeSpan ago, string chart, string app, params string[] objects)
    {
        var revision = ++_revision;
        foreach (var manifest in objects)
            past.At(ago, store => Apply(store, JsonNode.Parse(manifest)!.AsObject()));
        past.At(ago, store =>
        {
            if (revision > 1)
                store.Update(ResourceCatalog.Secrets, @namespace, RecordName(revision - 1), Superseded, new(Manager));
            store.Create(ResourceCatalog.Secrets, @namespace, Record(store, revision, chart, app, objects), new(Manager));
        });
    }

    private string RecordName(int revision) => $"sh.helm.release.v1.{name}.v{revision}";

    private void Apply(AdmittedStore store, JsonObject wanted)
    {
        var type = ResourceCatalog.All.First(type => type.Kind == wanted.Text("kind"));
        if (store.Store.List(type, @namespace).Any(found => found.Name() == wanted.Name()))
        {
            store.Update(type, @namespace, wanted.Name(), found =>
            {
                foreach (var field in Written)
                {
                    if (wanted[field] is { } value)
                        found[field] = value.DeepClone();
                }

                return found;
            }, new(Manager));
            return;
        }

        wanted.Metadata()["namespace"] = @namespace;
        wanted.Metadata().Ensure("labels")["app.kubernetes.io/managed-by"] = "Helm";
        wanted.Annotate("meta.helm.sh/release-name", name);
        wanted.Annotate("meta.helm.sh/release-namespace", @namespace);
        store.Create(type, @namespace, wanted, new(Manager));
    }

    private JsonObject Record(AdmittedStore store, int revision, string chart, string app, string[] objects)
    {
        var when = store.Clock.Stamp();
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["type"] = "helm.sh/release.v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = RecordName(revision),
                ["labels"] = new JsonObject
                {
                    ["name"] = name,
                    ["owner"] = "helm",
                    ["status"] = "deployed",
                    ["version"] = revision.ToString(CultureInfo.InvariantCulture),
                },
            },
            ["data"] = new JsonObject
            {
                ["release"] = Packed(new JsonObject
                {
                    ["name"] = name,
                    ["namespace"] = @namespace,
                    ["version"] = revision,
                    ["info"] = new JsonObject
                    {
                        ["first_deployed"] = when,
                        ["last_deployed"] = when,
                        ["description"] = revision == 1 ? "Install complete" : "Upgrade complete",
                        ["status"] = "deployed",
                    },
                    ["chart"] = new JsonObject
                    {
                        ["metadata"] = new JsonObject
                        {
                            ["name"] = name,
                            ["version"] = chart,
                            ["appVersion"] = app,
                            ["apiVersion"] = "v2",
                        },
                    },
                    ["manifest"] = string.Concat(objects.Select(each => $"---\n# Source: {name}/templates/all.yaml\n{each}\n")),
                }),
            },
        };
    }

    private static JsonObject Superseded(JsonObject record)
    {
        var data = record.Object("data")!;
        var content = Unpacked(data.Text("release")!);
        content.Object("info")!["status"] = "superseded";
        data["release"] = Packed(content);
        record.Metadata().Ensure("labels")["status"] = "superseded";
        return record;
    }

    // Base64 as Helm writes it, and once more as a Secret does.
    private static string Packed(JsonObject content)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Optimal))
            zip.Write(Encoding.UTF8.GetBytes(content.ToJsonString()));
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(packed.ToArray())));
    }

    private static JsonObject Unpacked(string data)
    {
        using var packed = new MemoryStream(Convert.FromBase64String(Encoding.ASCII.GetString(Convert.FromBase64String(data))));
        using var zip = new GZipStream(packed, CompressionMode.Decompress);
        return JsonNode.Parse(zip)!.AsObject();
    }
}
