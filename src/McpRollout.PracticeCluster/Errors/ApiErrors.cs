using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Errors;

/// <summary>The <c>Status</c> objects that a real API server answers failures with, word for word where clients show the words.</summary>
internal static class ApiErrors
{
    private const string Modified = "the object has been modified; please apply your changes to the latest version and try again";

    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.QualifiedPlural} \"{name}\" not found", Details(type, name));

    public static ApiException NoSuchPath() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.QualifiedPlural} \"{name}\" already exists", Details(type, name));

    public static ApiException Conflict(ResourceType type, string name) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedPlural} \"{name}\": {Modified}", Details(type, name));

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message, null);

    public static ApiException UnsupportedDryRun(string kind, string value)
    {
        const string Field = "dryRun";
        var message = $"Unsupported value: []string{{\"{value}\"}}: supported values: \"All\"";
        return Invalid(new("meta.k8s.io", "v1", "", kind, false), "", [new("FieldValueNotSupported", Field, message)]);
    }

    /// <summary>Unlike other conflicts this one names the kind, not the resource.</summary>
    public static ApiException PreconditionFailed(ResourceType type, string name, string what, string wanted, string actual)
    {
        var details = Details(type, name);
        details["kind"] = type.Kind;
        var guess = what == "UID" ? "deleted and then recreated" : "modified";
        return new(409, "Conflict",
            $"Operation cannot be fulfilled on {type.QualifiedKind} \"{name}\": the {what} in the precondition ({wanted}) "
            + $"does not match the {what} in record ({actual}). The object might have been {guess}", details);
    }

    public static ApiException ApplyWithoutManager() => Invalid(
        new("meta.k8s.io", "v1", "", "PatchOptions", false), "", [FieldError.Required("fieldManager", "is required for apply patch")]);

    /// <summary>The fields that other managers set to something else.</summary>
    public static ApiException ApplyConflict((string Manager, string Path)[] conflicts)
    {
        var told = conflicts is [var only]
            ? $"1 conflict: conflict with {only.Manager}: {only.Path}"
            : $"{conflicts.Length} conflicts: " + string.Join('\n', conflicts.GroupBy(conflict => conflict.Manager, (manager, its) =>
                $"conflicts with {manager}:\n{string.Join('\n', its.Select(conflict => $"- {conflict.Path}"))}"));
        var causes = conflicts.Select(conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Manager}",
            ["field"] = conflict.Path,
        });
        return new(409, "Conflict", $"Apply failed with {told}", new() { ["causes"] = new JsonArray([.. causes]) });
    }

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized", null);

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiException UnsupportedMediaType() => new(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);

    public static ApiException PatchRejected() =>
        new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    /// <summary>A failure that a test asked for, in the words a real server has for it.</summary>
    public static ApiException Injected(int code, TimeSpan? retryAfter)
    {
        var (reason, message) = code switch
        {
            401 => ("Unauthorized", "Unauthorized"),
            403 => ("Forbidden", "forbidden"),
            404 => ("NotFound", "the server could not find the requested resource"),
            409 => ("Conflict", Modified),
            410 => ("Expired", "The provided continue parameter is too old to display a consistent list result"),
            429 => ("TooManyRequests", "Too many requests, please try again later."),
            500 => ("InternalError", "Internal error occurred: practice fault"),
            503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
            504 => ("Timeout", "the server was unable to return a response in the time allotted, but may still be processing the request"),
            _ => ("", "practice fault"),
        };
        var details = new JsonObject();
        if (retryAfter is { } wait) details["retryAfterSeconds"] = (int)Math.Ceiling(wait.TotalSeconds);
        return new(code, reason, message, details);
    }

    public static ApiException Expired(long asked, long oldest) =>
        new(410, "Expired", $"too old resource version: {asked} ({oldest})", null);

    public static ApiException Invalid(ResourceType type, string name, IReadOnlyList<FieldError> problems)
    {
        var details = Details(type, name);
        details["kind"] = type.Kind;
        details["causes"] = new JsonArray([.. problems.Select(problem => new JsonObject
        {
            ["reason"] = problem.Reason,
            ["message"] = problem.Message,
            ["field"] = problem.Field,
        })]);
        var texts = problems.Select(problem => $"{problem.Field}: {problem.Message}").Distinct().ToArray();
        var summary = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return new(422, "Invalid", $"{type.QualifiedKind} \"{name}\" is invalid: {summary}", details);
    }

    public static ApiException Forbidden(ResourceType type, string resource, string name, string message)
    {
        var details = Details(type, name);
        details["kind"] = resource;
        var subject = type.Group.Length == 0 ? resource : $"{resource}.{type.Group}";
        return new(403, "Forbidden", $"{subject}{(name.Length == 0 ? "" : $" \"{name}\"")} is forbidden: {message}", details);
    }

    /// <summary>What admission refuses.</summary>
    public static ApiException NotAdmitted(ResourceType type, string name, string message) =>
        new(403, "Forbidden", $"{type.QualifiedPlural} \"{name}\" is forbidden: {message}", Details(type, name));

    public static ApiException ForbiddenPath(string message) => new(403, "Forbidden", message, []);

    /// <summary>The details by which a <c>Status</c> names an object.</summary>
    public static JsonObject Details(ResourceType type, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0) details["name"] = name;
        if (type.Group.Length > 0) details["group"] = type.Group;
        details["kind"] = type.Plural;
        return details;
    }
}
