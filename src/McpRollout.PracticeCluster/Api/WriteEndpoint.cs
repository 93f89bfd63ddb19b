using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Patching;
using McpRollout.PracticeCluster.Tables;

namespace McpRollout.PracticeCluster.Api;

/// <summary>create, update, patch, delete.</summary>
internal sealed class WriteEndpoint(AdmittedStore store, TablePrinter printer)
{
    public ApiAnswer Write(ApiRequest request, ResourceType type, ResourcePath path)
    {
        if (request.Query["dryRun"] is [{ Length: > 0 } and not "All", ..])
            throw ApiErrors.UnsupportedDryRun(OptionsKind(request.Method), request.Query["dryRun"].ToString());
        var representation = Representation.Of(request, printer);
        return (request.Method, path.Name.Length > 0) switch
        {
            ("POST", false) => new(201, representation.One(type, Create(request, type, path))),
            ("PUT", true) => ApiAnswer.Ok(representation.One(type, Replace(request, type, path))),
            ("PATCH", true) => ApiAnswer.Ok(representation.One(type, Patch(request, type, path))),
            ("DELETE", true) => ApiAnswer.Ok(Delete(request, type, path)),
            ("DELETE", false) => ApiAnswer.Ok(DeleteAll(request, type, path)),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private JsonObject Create(ApiRequest request, ResourceType type, ResourcePath path)
    {
        var value = request.ReadObject(type);
        if (value.Namespace() is { Length: > 0 } named && path.Namespace.Length > 0 && named != path.Namespace)
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (type.Namespaced && path.Namespace.Length == 0) throw ApiErrors.MethodNotAllowed();
        return store.Create(type, path.Namespace, value, Options(request, path));
    }

    private JsonObject Replace(ApiRequest request, ResourceType type, ResourcePath path)
    {
        var value = request.ReadObject(type);
        if (value.Name().Length == 0) throw ApiErrors.BadRequest("metadata.name: Required value: name is required");
        return store.Update(type, path.Namespace, path.Name, _ => value.Clone(), Options(request, path), patched: false);
    }

    private JsonObject Apply(ApiRequest request, ResourceType type, ResourcePath path)
    {
        if (request.Query["fieldManager"] is not [{ Length: > 0 }, ..]) throw ApiErrors.ApplyWithoutManager();
        var wish = request.ReadObject(type);
        var options = Options(request, path) with { Applied = ManagedFields.Wished(type, wish) };
        return store.Store.Find(type, path.Namespace, path.Name) is null
            ? store.Create(type, path.Namespace, wish, options)
            : store.Update(
                type,
                path.Namespace,
                path.Name,
                value => ServerSideApply.Merge(type, value, wish, options, request.Query["force"] == "true"),
                options);
    }

    private JsonObject Patch(ApiRequest request, ResourceType type, ResourcePath path)
    {
        if (request.ContentType.Split(';')[0].Trim() == "application/apply-patch+yaml") return Apply(request, type, path);
        var patch = request.ContentType.Split(';')[0].Trim() switch
        {
            "application/json-patch+json" => (Func<JsonObject, JsonNode?, JsonObject>)JsonPatch.Apply,
            "application/merge-patch+json" => MergePatch.Apply,
            "application/strategic-merge-patch+json" => (value, changes) => StrategicMergePatch.Apply(value, changes, type),
            _ => throw ApiErrors.UnsupportedMediaType(),
        };
        var body = request.ReadJson();
        try
        {
            return store.Update(type, path.Namespace, path.Name, value => patch(value, body), Options(request, path));
        }
        catch (PatchRejectedException)
        {
            throw ApiErrors.PatchRejected();
        }
        catch (MalformedPatchException error)
        {
            throw ApiErrors.BadRequest(error.Message);
        }
    }

    private JsonObject Delete(ApiRequest request, ResourceType type, ResourcePath path)
    {
        var options = request.ReadJson() as JsonObject;
        var policy = options.Text("propagationPolicy") ?? request.Query["propagationPolicy"].ToString();
        var present = store.Store.Find(type, path.Namespace, path.Name) ?? throw ApiErrors.NotFound(type, path.Name);
        CheckPreconditions(present);
        if (options.Array("dryRun") is { Count: > 0 } || request.IsDryRun) return Deleted(type, path.Name, present.Uid());
        if (policy == "Orphan") GarbageCollector.Orphan(store, present);
        _ = store.Delete(type, path.Namespace, path.Name, CheckPreconditions) ?? throw ApiErrors.NotFound(type, path.Name);
        return Deleted(type, path.Name, present.Uid());

        void CheckPreconditions(JsonObject value)
        {
            var wanted = options.Object("preconditions");
            if (wanted.Text("uid") is { } uid && uid != value.Uid())
                throw ApiErrors.PreconditionFailed(type, path.Name, "UID", uid, value.Uid());
            if (wanted.Text("resourceVersion") is { } version && value.Object("metadata").Text("resourceVersion") is { } actual
                && version != actual)
                throw ApiErrors.PreconditionFailed(type, path.Name, "ResourceVersion", version, actual);
        }
    }

    private JsonObject DeleteAll(ApiRequest request, ResourceType type, ResourcePath path)
    {
        var selection = ObjectSelection.Of(request, type, path);
        foreach (var value in store.Store.List(type).Where(selection.Matches))
        {
            if (!request.IsDryRun) store.Delete(type, value.Namespace(), value.Name());
        }
        return Success();
    }

    private static string OptionsKind(string method) => method switch
    {
        "POST" => "CreateOptions",
        "PUT" => "UpdateOptions",
        "PATCH" => "PatchOptions",
        _ => "DeleteOptions",
    };

    private static JsonObject Deleted(ResourceType type, string name, string uid)
    {
        var (status, details) = (Success(), ApiErrors.Details(type, name));
        details["uid"] = uid;
        status["details"] = details;
        return status;
    }

    private static JsonObject Success() =>
        new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" };

    private static WriteOptions Options(ApiRequest request, ResourcePath path) =>
        new(request.FieldManager, path.Subresource, request.IsDryRun);
}
