namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>The headers of <c>as</c>, <c>as-uid</c>, <c>as-groups</c> and <c>as-user-extra</c>.</summary>
internal static class Impersonation
{
    /// <summary>Makes the headers, each with its values; none without <c>as</c>.</summary>
    /// <exception cref="KubeconfigException">What is asked for cannot be expressed.</exception>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Headers(UserEntry user)
    {
        if (user.As is null)
        {
            return user.AsUid is null && user.AsGroups.Count == 0 && user.AsUserExtra.Count == 0
                ? []
                : throw new KubeconfigException($"{user.File}: as-uid, as-groups and as-user-extra need `as`. Name the user to act as.");
        }

        IEnumerable<(string Header, string Field, string Value)> lines =
        [
            ("Impersonate-User", "as", user.As),
            .. user.AsUid is { } uid ? [("Impersonate-Uid", "as-uid", uid)] : Array.Empty<(string, string, string)>(),
            .. user.AsGroups.Select(group => ("Impersonate-Group", "as-groups", group)),
            .. user.AsUserExtra.SelectMany(extra =>
                extra.Value.Select(value => ("Impersonate-Extra-" + Escaped(extra.Key), $"as-user-extra {extra.Key}", value))),
        ];

        // Keys that differ in case alone are one key to the API server.
        return [.. lines.GroupBy(line => line.Header, line => Sendable(user, line.Field, line.Value), StringComparer.OrdinalIgnoreCase)
            .Select(lines => KeyValuePair.Create<string, IReadOnlyList<string>>(lines.Key, [.. lines]))];
    }

    /// <summary>As client-go does it (transport.headerKeyEscape): each byte that no header's name may have, and the percent sign.</summary>
    private static string Escaped(string key) => string.Concat(Encoding.UTF8.GetBytes(key).Select(each =>
        char.IsAsciiLetterOrDigit((char)each) || "!#$&'*+-.^_`|~".Contains((char)each, StringComparison.Ordinal)
            ? ((char)each).ToString()
            : $"%{each:X2}"));

    /// <summary>A header that cannot be written is left out by SocketsHttpHandler, and the request would run as the user itself.</summary>
    private static string Sendable(UserEntry user, string field, string value) => value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? throw new KubeconfigException($"{user.File}: {field} has characters other than printable ASCII, which no header can hold. "
            + "Correct it.")
        : value;
}
