namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>The headers of <c>as</c>, <c>as-uid</c>, <c>as-groups</c> and <c>as-user-extra</c>.</summary>
internal static class Impersonation
{
    /// <summary>Makes the headers; none without <c>as</c>.</summary>
    /// <exception cref="KubeconfigException">What is asked for cannot be expressed.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(UserEntry user)
    {
        if (user.As is null)
        {
            return user.AsUid is null && user.AsGroups.Count == 0 && user.AsUserExtra.Count == 0
                ? []
                : throw new KubeconfigException($"{user.File}: as-uid, as-groups and as-user-extra need `as`. Name the user to act as.");
        }

        var headers = new List<KeyValuePair<string, string>> { new("Impersonate-User", Sendable(user, "as", user.As)) };
        if (user.AsUid is { } uid)
            headers.Add(new("Impersonate-Uid", Sendable(user, "as-uid", uid)));

        if (user.AsGroups.Count > 0)
            headers.Add(new("Impersonate-Group", Single(user, "as-groups", user.AsGroups)));

        foreach (var (key, values) in user.AsUserExtra)
        {
            if (values.Count > 0)
                headers.Add(new(
                    "Impersonate-Extra-" + Uri.EscapeDataString(key.ToLowerInvariant()), Single(user, $"as-user-extra {key}", values)));
        }

        return headers;
    }

    /// <summary>
    /// The API server wants a header line for each value, while SocketsHttpHandler joins the values of a header by commas into one line,
    /// which would name one group with commas in it: better refused than sent with other rights than were meant.
    /// </summary>
    private static string Single(UserEntry user, string field, IReadOnlyList<string> values) => values is [var value]
        ? Sendable(user, field, value)
        : throw new KubeconfigException($"{user.File}: {field} has {values.Count} values, and this client can send one. Leave one, or bind "
            + "the rights to the user named by `as`.");

    /// <summary>A header that cannot be written is left out by SocketsHttpHandler, and the request would run as the user itself.</summary>
    private static string Sendable(UserEntry user, string field, string value) => value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? throw new KubeconfigException($"{user.File}: {field} has characters other than printable ASCII, which no header can hold. "
            + "Correct it.")
        : value;
}
