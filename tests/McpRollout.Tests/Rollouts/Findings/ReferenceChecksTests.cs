using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts.Findings;

public sealed class ReferenceChecksTests
{
    private static readonly (string, string) Optional = ("\"key\": \"password\", \"name\": \"db\"",
        "\"key\": \"password\", \"name\": \"db\", \"optional\": true");

    [Fact]
    public void What_the_target_names_and_is_gone_warns()
    {
        Assert.StartsWith(
            "Revision 1 refers to what does not exist in rollouts-lab: Secret db. ",
            Known.Deployment().Referring(Known.Db, Known.Gone).Says(FindingKinds.MissingReference), StringComparison.Ordinal);
        Assert.Null(Known.Deployment().Referring(Known.Db, RecordedSurroundings.Metadata()).Says(FindingKinds.MissingReference));
    }

    [Fact]
    public void What_is_optional_may_be_gone_and_lack_keys()
    {
        Assert.Null(Known.Deployment(Optional).Referring(Known.Db, Known.Gone).Says(FindingKinds.MissingReference));
        Assert.Null(Known.Deployment(Optional).Referring(Known.Db, RecordedSurroundings.Metadata("""{"f:data":{".":{},"f:user":{} } }"""))
            .Says(FindingKinds.MissingKey));
    }

    [Theory]
    [InlineData("""{"f:data":{".":{},"f:user":{} } }""", true)]
    [InlineData("""{"f:data":{".":{} } }""", true)]
    [InlineData("""{"f:data":{"f:password":{} } }""", false)]
    [InlineData("""{"f:stringData":{"f:password":{} } }""", false)]
    [InlineData("""{"f:binaryData":{".":{},"f:password":{} } }""", false)]
    public void A_key_that_is_not_there_warns(string fields, bool isMissing)
    {
        var said = Known.Deployment().Referring(Known.Db, RecordedSurroundings.Metadata(fields)).Says(FindingKinds.MissingKey);
        if (isMissing)
            Assert.StartsWith("Revision 1 reads keys that are not there: Secret db has no key password. ", said, StringComparison.Ordinal);
        else
            Assert.Null(said);
    }

    [Theory]
    [InlineData("""{"f:metadata":{"f:labels":{"f:app":{} } } }""")]
    [InlineData("""{"f:data":{} }""")]
    public void Without_a_record_of_the_keys_the_check_is_listed_as_not_made(string fields)
    {
        var facts = Known.Deployment().Referring(Known.Db, RecordedSurroundings.Metadata(fields));
        Assert.Null(facts.Says(FindingKinds.MissingKey));
        Assert.StartsWith("Not checked: missing-key (Secret db): its managedFields do not tell its keys. ",
            facts.Says(FindingKinds.NotChecked), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_after_the_target_last_ran_warns_with_when_and_by_whom()
    {
        Assert.StartsWith(
            "By the cluster's record Secret db was last written by \"kubectl-edit\" 2026-11-22 00:50Z (by hand): after revision 1 last "
                + "ran, taken to be until 2026-11-22 00:40:49Z (revision 2 was made). ",
            Known.Deployment().Referring(Known.Db, RecordedSurroundings.Metadata(time: RecordedSurroundings.Later))
                .Says(FindingKinds.ChangedSince),
            StringComparison.Ordinal);
        Assert.Null(Known.Deployment().Referring(Known.Db, RecordedSurroundings.Metadata()).Says(FindingKinds.ChangedSince));
    }

    // Revision 2 was made at 00:40:49.
    [Theory]
    [InlineData("2026-11-22T00:40:49Z", true)]
    [InlineData("2026-11-22T00:40:10Z", true)]
    [InlineData("2026-11-22T00:39:49Z", false)]
    public void What_a_release_wrote_together_with_the_next_revision_is_not_what_the_target_ran_with(string written, bool isTold)
    {
        var told = Known.Deployment().Referring(Known.Db, RecordedSurroundings.Metadata(time: written)).Says(FindingKinds.ChangedSince);
        if (!isTold)
        {
            Assert.Null(told);
            return;
        }

        Assert.Contains("taken to be until 2026-11-22 00:40:49Z (revision 2 was made), or with what took its place. ", told,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_came_with_a_revision_that_lived_for_seconds_is_its_own() => Assert.Null(
        Known.Deployment(("\"creationTimestamp\": \"2026-11-22T00:22:07Z\"", "\"creationTimestamp\": \"2026-11-22T00:40:10Z\""))
            .Referring(Known.Db, RecordedSurroundings.Metadata(time: "2026-11-22T00:40:12Z")).Says(FindingKinds.ChangedSince));

    [Fact]
    public void A_change_of_labels_is_no_change_of_what_is_read() => Assert.Null(
        Known.Deployment()
            .Referring(Known.Db,
                RecordedSurroundings.Metadata("""{"f:metadata":{"f:labels":{".":{},"f:team":{} } } }""", RecordedSurroundings.Later))
            .Says(FindingKinds.ChangedSince));

    [Fact]
    public void A_Secret_that_was_made_anew_has_changed() => Assert.Contains(
        "Secret db was made at 2026-11-22 00:45:00Z",
        Known.Deployment()
            .Referring(Known.Db, Samples.Json(RecordedSurroundings.Metadata().GetRawText().Replace("\"creationTimestamp\": "
                + "\"2026-11-22T00:20:00Z\"", "\"creationTimestamp\": \"2026-11-22T00:45:00Z\"", StringComparison.Ordinal)))
            .Says(FindingKinds.ChangedSince), StringComparison.Ordinal);

    // Revision 2 came back from before revision 1: its ReplicaSet is the older one.
    [Fact]
    public void After_an_undo_the_last_write_of_the_template_tells_how_long_the_target_ran()
    {
        (string, string)[] renumbered =
        [
            ("\"creationTimestamp\": \"2026-11-22T00:40:49Z\"", "\"creationTimestamp\": \"2026-11-22T00:01:00Z\""),
            ("\"generation\": 2,", """
                "generation": 2, "managedFields": [{"manager": "mcp-rollout", "operation": "Update", "apiVersion": "apps/v1", "time": "2026-11-22T00:48:00Z",
                "fieldsType": "FieldsV1", "fieldsV1": {"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{"f:image":{} } } } } } } }],
                """),
        ];
        Assert.Contains(
            "taken to be until 2026-11-22 00:48:00Z (the pod template was last written)",
            Known.Deployment(renumbered).Referring(Known.Db, RecordedSurroundings.Metadata(time: RecordedSurroundings.Later))
                .Says(FindingKinds.ChangedSince),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_reference_is_found() => Assert.Equal(
        [
            "ConfigMap c1 k1", "ConfigMap c1 k2", "Secret s1  optional", "ConfigMap c2 ", "Secret s2  unread",
            "PersistentVolumeClaim data ",
            "Secret s3 k3 optional", "Secret pull  unread", "ServiceAccount runner ", "PriorityClass high ",
        ],
        TemplateReference.In(Samples.Json("""
            {"spec":{"serviceAccountName":"runner","serviceAccount":"runner","priorityClassName":"high","imagePullSecrets":[{"name":"pull"}],
             "volumes":[{"name":"a","configMap":{"name":"c1","items":[{"key":"k1","path":"x"},{"key":"k2","path":"y"}]}},{"name":"b","secret":{"secretName":"s1","optional":true}},
              {"name":"c","projected":{"sources":[{"configMap":{"name":"c2"}},{"serviceAccountToken":{"path":"t"}}]}},{"name":"d","csi":{"driver":"x","nodePublishSecretRef":{"name":"s2"}}},
              {"name":"e","persistentVolumeClaim":{"claimName":"data"}},{"name":"f","emptyDir":{}}],
             "containers":[{"name":"app","env":[{"name":"X","valueFrom":{"secretKeyRef":{"name":"s3","key":"k3","optional":true}}},{"name":"Y","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}
            """)).Select(found => $"{found.Label} {found.Key}{(found.Optional ? " optional" : "")}{(found.IsRead || found.Kind != ReferencedKind.Secret ? "" : " unread")}"));

    [Fact]
    public void What_every_cluster_has_is_not_asked_for() => Assert.Empty(
        TemplateReference.In(Samples.Json("""{"spec":{"serviceAccountName":"default","priorityClassName":"system-node-critical"} }""")));
}
