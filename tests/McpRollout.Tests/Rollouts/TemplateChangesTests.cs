using McpRollout.Rollouts.Changes;

namespace McpRollout.Tests.Rollouts;

public sealed class TemplateChangesTests
{
    [Fact]
    public void Recorded_revisions_differ_by_their_image()
    {
        var history = Samples.DeploymentHistory();
        Assert.Equal(["container app: image shop/checkout:1.4.1 -> shop/checkout:crash-1.4.2"],
            TemplateChanges.Between(history.Find(1)!.Template, history.Find(2)!.Template));
    }

    [Fact]
    public void Equal_templates_have_no_change_however_they_are_kept()
    {
        foreach (var history in new[] { Samples.DeploymentHistory(), Samples.StatefulSetHistory(), Samples.DaemonSetHistory() })
            Assert.Empty(TemplateChanges.Between(history.Current!.Template, history.Workload.Template));
    }

    [Theory]
    [InlineData("r:5000/a/b:1", "r:5000/a/b:2")]
    [InlineData("a/b", "a/b:1")]
    [InlineData("a/b:1@sha256:00", "a/b:2@sha256:11")]
    public void Both_images_are_named_whole(string older, string newer) =>
        Check($$"""{"image":"{{older}}"}""", $$"""{"image":"{{newer}}"}""", $"container app: image {older} -> {newer}");

    [Fact]
    public void An_image_that_is_no_text_is_none() =>
        Check("""{"image":1}""", """{"image":"a:1"}""", "container app: image \"\" -> a:1");

    [Fact]
    public void Arguments_given_more_than_once_are_counted() => Check(
        """{"args":["-v","-v","-q"]}""", """{"args":["-q","-v","-x","-y"]}""",
        "container app: args -v removed", "container app: args -x added", "container app: args -y added");

    [Fact]
    public void Environment_is_told_by_name_and_source_never_by_value() => Check(
        """
        {"env":[{"name":"LOG_LEVEL","value":"lit-1"},{"name":"GONE","value":"lit-2"},{"name":"DB_PASSWORD","value":"lit-3"},{"name":"OPEN","valueFrom":{"configMapKeyRef":{"name":"c","key":"k"}}},
          {"name":"ZONE","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
         "envFrom":[{"configMapRef":{"name":"old"}},{"secretRef":{"name":"s"}}]}
        """,
        """
        {"env":[{"name":"LOG_LEVEL","value":"lit-4"},{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}},{"name":"OPEN","value":"lit-5"},
          {"name":"ZONE","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}},{"name":"NEW","value":"lit-6"},{"name":"REF","valueFrom":{"secretKeyRef":{"name":"db","key":"user"}}}],
         "envFrom":[{"secretRef":{"name":"s","optional":true}},{"configMapRef":{"name":"new"}}]}
        """,
        "container app: env LOG_LEVEL changed",
        "container app: env DB_PASSWORD now from Secret db key password",
        "container app: env OPEN now a literal value (was from ConfigMap c key k)",
        "container app: env ZONE now from resource limits.cpu (was field metadata.name)",
        "container app: env NEW added",
        "container app: env REF added from Secret db key user",
        "container app: env GONE removed",
        "container app: envFrom Secret s: secretRef.optional added (true)",
        "container app: envFrom ConfigMap new added",
        "container app: envFrom ConfigMap old removed");

    [Fact]
    public void A_variable_given_twice_and_a_changed_order_are_told()
    {
        Check(
            """{"env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}""",
            """{"env":[{"name":"A","value":"1"},{"name":"A","value":"3"}]}""",
            "container app: env A changed");
        Check(
            """{"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}""",
            """{"env":[{"name":"B","value":"2"},{"name":"A","value":"1"}]}""",
            "container app: env order changed");
    }

    [Fact]
    public void Arguments_are_told_with_credentials_masked()
    {
        Check(
            """{"command":["run"],"args":["--level=info","--password","old-pass","--token=one"]}""",
            """{"command":["run","now"],"args":["--level=debug","--password","new-pass","--token=two"]}""",
            "container app: command now added",
            "container app: args[0] --level=info -> --level=debug",
            "container app: args[2] changed (***)",
            "container app: args[3] changed (--token=***)");
        Check("""{"args":["a","b"]}""", """{"args":["b","c","d"]}""", "container app: args a removed", "container app: args c added",
            "container app: args d added");
        Check("""{"args":["a","b"]}""", """{"tty":true}""", "container app: args a removed", "container app: args b removed",
            "container app: tty added (true)");
    }

    [Fact]
    public void Resources_probes_ports_mounts_and_the_rest_are_told_by_path() => Check(
        """
        {"resources":{"limits":{"memory":"256Mi"}},"readinessProbe":{"httpGet":{"path":"/a","port":80}},"livenessProbe":{"exec":{"command":["x"]}},
         "ports":[{"containerPort":80,"protocol":"TCP","name":"http"},{"containerPort":81}],"volumeMounts":[{"name":"v","mountPath":"/m"}],
         "securityContext":{"runAsUser":0,"capabilities":{"add":["NET_ADMIN"]}},"unheardOf":{"x":1}}
        """,
        """
        {"resources":{"limits":{"memory":"512Mi","cpu":"1"}},"readinessProbe":{"httpGet":{"path":"/b","port":80}},"lifecycle":{"preStop":{"exec":{"command":["sleep","5"]}}},
         "ports":[{"containerPort":80,"protocol":"TCP","name":"web"},{"containerPort":82,"name":"m"}],"volumeMounts":[{"name":"v","mountPath":"/m","readOnly":true},{"name":"w","mountPath":"/n"}],
         "securityContext":{"runAsUser":1000,"capabilities":{"add":["NET_ADMIN","SYS_TIME"]}},"unheardOf":{"x":2}}
        """,
        "container app: resources.limits.cpu added (1)",
        "container app: resources.limits.memory 256Mi -> 512Mi",
        "container app: lifecycle added",
        "container app: livenessProbe removed",
        "container app: port 80/TCP: name http -> web",
        "container app: port 82/TCP added (m)",
        "container app: port 81/TCP removed",
        "container app: readinessProbe.httpGet.path /a -> /b",
        "container app: securityContext.capabilities.add [NET_ADMIN] -> [NET_ADMIN, SYS_TIME]",
        "container app: securityContext.runAsUser 0 -> 1000",
        "container app: unheardOf.x 1 -> 2",
        "container app: mount /m: readOnly added (true)",
        "container app: mount /n added (volume w)");

    [Fact]
    public void A_field_with_many_differences_takes_one_line() => Check(
        """{"readinessProbe":{"a":1,"b":1,"c":1,"d":1,"e":1}}""",
        """{"readinessProbe":{"a":2,"b":2,"c":2,"d":2,"e":2}}""",
        "container app: readinessProbe changed (a, b and 3 more)");

    [Fact]
    public void Containers_are_matched_by_name() => CheckTemplate(
        """{"spec":{"containers":[{"name":"app","image":"a:1"},{"name":"old","image":"o:1"}]"""
            + ""","initContainers":[{"name":"wait","image":"w:1"}]}}""",
        """{"spec":{"containers":[{"name":"new","image":"n:1"},{"name":"app","image":"a:1"}]"""
            + ""","initContainers":[{"name":"wait","image":"w:2"}],"ephemeralContainers":[{"name":"debug","image":"d:1"}]}}""",
        "container new added (image n:1)",
        "container old removed",
        "init container wait: image w:1 -> w:2",
        "ephemeral container debug added (image d:1)");

    [Fact]
    public void The_order_of_init_containers_is_told() => CheckTemplate(
        """{"spec":{"initContainers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"initContainers":[{"name":"b"},{"name":"a"}]}}""",
        "init containers order changed");

    [Fact]
    public void Volumes_are_told_by_what_they_refer_to() => CheckTemplate(
        """{"spec":{"volumes":[{"name":"a","configMap":{"name":"one","defaultMode":420}},{"name":"b","emptyDir":{}},"""
            + """{"name":"c","secret":{"secretName":"s","optional":true}},{"name":"d","persistentVolumeClaim":{"claimName":"p"}}]}}""",
        """{"spec":{"volumes":[{"name":"a","configMap":{"name":"two","defaultMode":256}},{"name":"b","hostPath":{"path":"/var"}},"""
            + """{"name":"c","secret":{"secretName":"s","optional":false}},{"name":"e","csi":{"driver":"x"}}]}}""",
        "volume a: ConfigMap one -> ConfigMap two",
        "volume a: configMap.defaultMode 420 -> 256",
        "volume b: emptyDir -> hostPath /var",
        "volume c: secret.optional true -> false",
        "volume e added (csi)",
        "volume d removed");

    [Fact]
    public void Attributes_of_a_volume_that_are_named_like_secrets_are_not_shown() => CheckTemplate(
        """{"spec":{"volumes":[{"name":"a","csi":{"driver":"x","volumeAttributes":{"password":"p1","share":"s1"}}}]}}""",
        """{"spec":{"volumes":[{"name":"a","csi":{"driver":"x","volumeAttributes":{"password":"p2","share":"s2"}}}]}}""",
        "volume a: csi.volumeAttributes.password changed",
        "volume a: csi.volumeAttributes.share s1 -> s2");

    [Fact]
    public void Scheduling_account_and_unknown_fields_are_told() => CheckTemplate(
        """{"spec":{"nodeSelector":{"kubernetes.io/os":"linux"},"tolerations":[{"key":"a"}]"""
            + ""","serviceAccount":"x","serviceAccountName":"x","terminationGracePeriodSeconds":30,"automountServiceAccountToken":true}}""",
        """{"spec":{"nodeSelector":{"kubernetes.io/os":"windows"},"tolerations":[{"key":"b"}]"""
            + ""","serviceAccount":"y","serviceAccountName":"y","terminationGracePeriodSeconds":60,"automountServiceAccountToken":false"""
            + ""","priorityClassName":"high","newThing":{"deep":[{}]}},"other":1}""",
        "spec.automountServiceAccountToken true -> false",
        "spec.newThing added",
        "spec.nodeSelector.kubernetes.io/os linux -> windows",
        "spec.priorityClassName added (high)",
        "spec.serviceAccountName x -> y",
        "spec.terminationGracePeriodSeconds 30 -> 60",
        "spec.tolerations changed",
        "other added (1)");

    [Fact]
    public void Labels_and_annotations_are_told_unless_long_or_secret() => CheckTemplate(
        """{"metadata":{"labels":{"v":"1"},"annotations":"""
            + """{"checksum/config":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","my-token":"a","m":"{\"a\":"""
            + """1}","when":"2026-01-01"}}}""",
        """{"metadata":{"labels":{"v":"2","w":"x"},"annotations":"""
            + """{"checksum/config":"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752","my-token":"b","m":"{\"a\":"""
            + """2}","when":"2026-02-02"}}}""",
        "label v 1 -> 2",
        "label w added (x)",
        "annotation checksum/config changed",
        "annotation m changed",
        "annotation my-token changed",
        "annotation when 2026-01-01 -> 2026-02-02");

    [Fact]
    public void Text_of_the_cluster_cannot_deceive() => CheckTemplate(
        """{"metadata":{"annotations":{"note":"a"}}}""",
        """{"metadata":{"annotations":{"note":"b \u202e -> c\nspec.safe true","x\u202ey":"1"}}}""",
        """annotation note a -> "b \u202E -> c\u000Aspec.safe true" """.TrimEnd(),
        """annotation x\u202Ey added (1)""");

    [Fact]
    public void No_difference_is_silent()
    {
        const string Whole = """
            {"metadata":{"labels":{"a":"1"},"annotations":{"b":"2"},"name":"n"},"spec":{"containers":[{"name":"app","image":"i","command":["c"],"args":["d"],
            "env":[{"name":"E","value":"f"}],"envFrom":[{"configMapRef":{"name":"g"}}],"ports":[{"containerPort":1,"protocol":"TCP"}],"volumeMounts":[{"name":"h","mountPath":"/h"}],
            "volumeDevices":[{"name":"i","devicePath":"/i"}],"resources":{"limits":{"cpu":"1"}},"stdin":true}],"volumes":[{"name":"j","projected":{"sources":[{"secret":{"name":"k"}}]}}],
            "hostAliases":[{"ip":"1.1.1.1","hostnames":["l"]}],"dnsPolicy":"m","enableServiceLinks":false}}
            """;
        var whole = Samples.Json(Whole);
        foreach (var value in new[]
        {
            "\"1\"", "\"2\"", "\"n\"", "\"app\"", "\"i\"", "\"c\"", "\"d\"", "\"E\"", "\"f\"", "\"g\"", "\"TCP\"", "\"h\"", "\"/h\"",
            "\"/i\"", "\"j\"", "\"k\"", "\"l\"", "\"m\"", "true", "false",
        })
        {
            var changed = Samples.Json(Whole.Replace(value, value.StartsWith('"') ? "\"changed\"" : "null", StringComparison.Ordinal));
            Assert.NotEmpty(TemplateChanges.Between(whole, changed));
            Assert.NotEmpty(TemplateChanges.Between(changed, whole));
        }
    }

    private static void Check(string older, string newer, params string[] expected) =>
        CheckTemplate(Template(older), Template(newer), expected);

    private static string Template(string container) =>
        """{"spec":{"containers":[{"name":"app",""" + container.Trim()[1..].TrimStart(',') + "]}}";

    private static void CheckTemplate(string older, string newer, params string[] expected)
    {
        var lines = TemplateChanges.Between(Samples.Json(older), Samples.Json(newer));
        Assert.Equal(expected, lines);
        Assert.DoesNotContain(lines, line => line.Contains("lit-", StringComparison.Ordinal)
            || line.Contains("-pass", StringComparison.Ordinal));
    }
}
