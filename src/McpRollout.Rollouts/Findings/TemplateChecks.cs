using System.Text.RegularExpressions;
using McpRollout.Rollouts.Changes;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>What the two templates themselves, and those between them, tell.</summary>
internal static partial class TemplateChecks
{
    private const int RevisionsNamed = 3;

    /// <summary>An image whose name may mean another one by now.</summary>
    public static Finding? MutableTag(UndoFacts facts)
    {
        var moving = PodTemplate.Images(facts.Target.Template)
            .Where(image => ImageName.NamingOf(image.Value) == ImageNaming.MovingTag)
            .Select(image => $"{ShownValue.Name(image.Key)} ({ShownValue.Text(image.Value)})");
        return FindingKinds.MutableTag.OfAny(moving, names => $"Revision {facts.Target.Number} names images by a tag that moves: {names}.");
    }

    /// <summary>
    /// Two revisions that run the same. Where a spec differs, the same image beside it is what one expects of a change of configuration,
    /// and no warning.
    /// </summary>
    public static Finding? SameTag(UndoFacts facts)
    {
        var (now, then) = (PodTemplate.Normalised(facts.Template), PodTemplate.Normalised(facts.Target.Template));
        var tagged = PodTemplate.Images(then).Where(image => ImageName.TagOf(image.Value) is not null)
            .Select(image => ShownValue.Text(image.Value));
        return !FieldChanges.Same(now.At("spec"), then.At("spec")) || FieldChanges.Same(now, then)
            ? null
            : FindingKinds.SameTag.OfAny(tagged, names => $"Revision {facts.Target.Number} has the same pod spec as now, with the same "
                + $"images by tag: {names}. Only labels or annotations differ.");
    }

    /// <summary>More than the last change is taken back.</summary>
    public static Finding? FarBack(UndoFacts facts)
    {
        var between = facts.History.Revisions
            .Where(revision => revision.Number > facts.Target.Number && revision.Number < facts.History.Current?.Number)
            .ToList();
        if (between.Count == 0)
            return null;

        var named = string.Join("; ", between.Take(RevisionsNamed).Select(revision => $"{revision.Number}{Of(facts.History, revision)}"));
        var more = between.Count > RevisionsNamed ? $"; and {between.Count - RevisionsNamed} more" : "";
        return FindingKinds.FarBack.Of($"Revision {facts.Target.Number} is {between.Count + 1} revisions back. Between lie {named}{more}.");
    }

    /// <summary>Data may have been changed in a way that no template takes back.</summary>
    public static Finding? Migration(UndoFacts facts)
    {
        var current = $"the current revision {facts.History.Current?.Number}";
        var found = Migrations(facts.Template).Select(sign => $"{sign} of {current}")
            .Concat(Migrations(facts.Target.Template).Select(sign => $"{sign} of revision {facts.Target.Number}"));
        return FindingKinds.Migration.OfAny(found, names => $"What looks like a schema migration: {names}.");
    }

    /// <summary>The cluster would not take the target as it is.</summary>
    public static Finding? RemovedFields(UndoFacts facts)
    {
        if (facts.RehearsedTemplate is not { } answered)
            return null;

        var lost = TemplateLoss.Between(PodTemplate.Normalised(facts.Target.Template), PodTemplate.Normalised(answered))
            .Select(each => $"{each.Path} {(each.IsDropped ? "dropped" : "changed")}");
        return FindingKinds.RemovedFields.OfAny(lost,
            names => $"By the dry run the cluster would not take revision {facts.Target.Number} as it is: {names}.");
    }

    private static string Of(RevisionHistory history, Revision revision)
    {
        var changes = history.PreviousOf(revision) is { } previous ? TemplateChanges.Between(previous, revision) : [];
        return changes.Count switch
        {
            0 => "",
            1 => $" ({changes[0]})",
            _ => $" ({changes[0]} and {changes.Count - 1} more)",
        };
    }

    private static IEnumerable<string> Migrations(JsonElement template)
    {
        foreach (var (field, container) in PodTemplate.Containers(template))
        {
            if (Sign(container) is { } sign)
                yield return $"{(field == "initContainers" ? "init container" : "container")} "
                    + $"{ShownValue.Name(container.TextAt("name"))} (\"{sign}\")";
        }
    }

    // Only the word that was found is shown: what stands around it may be a secret.
    private static string? Sign(JsonElement container)
    {
        var commandLine = container.ItemsAt("command").Concat(container.ItemsAt("args")).Select(part => part.Text());
        var variables = container.ItemsAt("env")
            .Where(variable => variable.TextAt("value") is not ("false" or "0" or "no" or "off"))
            .Select(variable => variable.TextAt("name"));
        return commandLine.Prepend(container.TextAt("image")).Prepend(container.TextAt("name")).Concat(variables)
            .OfType<string>()
            .Select(text => MigrationSign().Match(text))
            .FirstOrDefault(match => match.Success)?.Value.ToLowerInvariant();
    }

    [GeneratedRegex(
        @"(?<![a-z])(?:auto[-_]?)?migrat(?:e|es|ions?|or)(?![a-z])|flyway|liquibase|alembic|dbmate|sqitch"
            + @"|(?<![a-z])goose(?![a-z])|prisma\s+(?:db|migrate)|db:(?:migrate|schema|prepare)"
            + @"|(?<![a-z])(?:db|schema)[-_](?:update|upgrade|sync)(?![a-z])|dotnet-?\s?ef(?![a-z])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MigrationSign();
}
