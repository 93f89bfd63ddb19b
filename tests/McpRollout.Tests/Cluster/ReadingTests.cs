using System.Net.Sockets;
using McpRollout.Kubernetes.Api;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

public sealed class ReadingTests
{
    private static readonly TimeSpan Backoffs = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AReadIsTriedAgain()
    {
        await using var server = await StartAsync(Status(503, "ServiceUnavailable"), HangUp, Json(200, """{"ok":true}"""));
        var answer = await server.Client(new ManualClock { Hurry = Backoffs }).GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.True(answer.Value.GetProperty("ok").GetBoolean());
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task AReadIsTriedFourTimesAtMost()
    {
        await using var server = await StartAsync(Status(503, "ServiceUnavailable"));
        var answer = await server.Client(new ManualClock { Hurry = Backoffs }).GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.Equal(ClusterFailureKind.ServerError, answer.Failure?.Kind);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task WhatElseANameStandsForIsFoundInEveryApiGroupThatMayBeRead()
    {
        await using var server = await StartAsync(context => (context.Request.Path.Value switch
        {
            "/apis" => Json(200, """
                {"groups":[{"name":"apps","preferredVersion":{"groupVersion":"apps/v1"}},
                {"name":"apps.kruise.io","preferredVersion":{"groupVersion":"apps.kruise.io/v1beta1"}},
                {"name":"broken.example.org","preferredVersion":{"groupVersion":"broken.example.org/v1"}},
                {"name":"policy.k8s.io","preferredVersion":{"groupVersion":"policy.k8s.io/v1"}}]}
                """),
            "/apis/apps.kruise.io/v1beta1" => Json(200, """
                {"resources":[{"name":"statefulsets","kind":"StatefulSet","namespaced":true,"verbs":["get","list"]},
                {"name":"statefulsets/status","kind":"StatefulSet","namespaced":true,"verbs":["get"]},
                {"name":"nodesets","kind":"NodeSet","namespaced":false,"verbs":["get"]},
                {"name":"lostsets","kind":"LostSet","namespaced":true,"verbs":["create"]}]}
                """),
            "/apis/apps.kruise.io/v1beta1/namespaces/shop/statefulsets/queue" => Json(200, """{"metadata":{"name":"queue"}}"""),
            "/apis/batch/v1/namespaces/shop/jobs/queue" => Json(200, """
                {"metadata":{"name":"queue","ownerReferences":[{"kind":"CronJob","name":"nightly","uid":"u","controller":true}]}}
                """),
            "/apis/batch/v1/namespaces/shop/cronjobs/queue" => Status(403, "Forbidden"),
            _ => Status(404, "NotFound"),
        })(context));

        var found = await server.Client().FindSameNamesAsync("shop", "queue", Cancel);

        Assert.Equal([new("Job", "batch", ("CronJob", "nightly")), new("StatefulSet", "apps.kruise.io", null)], found);
        Assert.DoesNotContain(server.Requests, request => request.Target.Contains("k8s.io", StringComparison.Ordinal)
            || request.Target.Contains("nodesets", StringComparison.Ordinal)
            || request.Target.Contains("lostsets", StringComparison.Ordinal));
        Assert.Empty(await server.Client().FindSameNamesAsync("shop", "../secrets/db", Cancel));
    }

    [Fact]
    public async Task ARefusalIsNotTriedAgain()
    {
        await using var server = await StartAsync(Status(403, "Forbidden"));
        var answer = await server.Client().GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.Equal(ClusterFailureKind.Forbidden, answer.Failure?.Kind);
        Assert.Equal("said the server", answer.Failure?.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RetryAfterIsObeyed()
    {
        var clock = new ManualClock();
        await using var server = await StartAsync(Status(429, "TooManyRequests", ("Retry-After", "3")), Json(200, "{}"));
        var reading = server.Client(clock).GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        await clock.TimerAsync(TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True((await reading).Succeeded);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task ALongRetryAfterIsPassedOnInsteadOfWaitedFor()
    {
        await using var server = await StartAsync(Status(429, "TooManyRequests", ("Retry-After", "60")));
        var answer = await server.Client().GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.Equal(ClusterFailureKind.TooManyRequests, answer.Failure?.Kind);
        Assert.Equal(TimeSpan.FromMinutes(1), answer.Failure?.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task ASilentServerIsGivenUpAfterTheTotalTime()
    {
        var clock = new ManualClock();
        await using var server = await StartAsync(Silence);
        var reading = server.Client(clock).GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        await clock.TimerAsync(ReadPipeline.Attempt);
        clock.Advance(ReadPipeline.Total);
        var failure = (await reading).Failure!;
        Assert.Equal(ClusterFailureKind.Unreachable, failure.Kind);
        Assert.Contains("it did not answer in time", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASilentServerIsAskedAgainAfterTheTimeOfOneTry()
    {
        var clock = new ManualClock { Hurry = Backoffs };
        var arrived = new TaskCompletionSource();
        await using var server = await StartAsync(
            context =>
            {
                arrived.SetResult();
                return Silence(context);
            },
            Json(200, "{}"));
        var reading = server.Client(clock).GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        await arrived.Task.WaitAsync(Cancel);
        clock.Advance(ReadPipeline.Attempt);
        Assert.True((await reading).Succeeded);
    }

    [Fact]
    public async Task ARefusedConnectionSaysSoWithTheAddressAndARemedy()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var client = Client(Kubeconfig($"{{server: 'https://127.0.0.1:{port}'}}", "{}"), new ManualClock { Hurry = Backoffs });
        var failure = (await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Failure!;
        Assert.Equal(ClusterFailureKind.Unreachable, failure.Kind);
        Assert.StartsWith($"The cluster at https://127.0.0.1:{port} cannot be reached: connection refused. Check", failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterManySilencesTheClusterIsLeftAloneForAWhile()
    {
        var clock = new ManualClock { Hurry = Backoffs };
        await using var server = await StartAsync(
            [.. Enumerable.Repeat<Func<Microsoft.AspNetCore.Http.HttpContext, Task>>(HangUp, 8), Json(200, "{}")]);
        var client = server.Client(clock);
        await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        var asked = server.Requests.Count;

        var failure = (await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Failure!;
        Assert.Equal(ClusterFailureKind.Unreachable, failure.Kind);
        Assert.Contains("left alone for some seconds", failure.Message, StringComparison.Ordinal);
        Assert.Equal(asked, server.Requests.Count);

        clock.Advance(ReadPipeline.Break);
        Assert.True((await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Succeeded);
    }

    [Fact]
    public async Task TheCallersCancellationIsNoFailure()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var server = await StartAsync(context =>
        {
            cancel.Cancel();
            return Silence(context);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client()
            .GetWorkloadAsync(Checkout, Freshness.Latest, cancel.Token));
    }

    [Theory]
    [InlineData("<html>", "application/json")]
    [InlineData("{\"a\":", "application/json")]
    public async Task WhatIsNotJsonIsUnexpected(string body, string type)
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.ContentType = type;
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, body, Cancel);
        });
        Assert.Equal(ClusterFailureKind.Unexpected,
            (await server.Client().GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Failure?.Kind);
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        await using var server = await StartAsync(Json(302, "", ("Location", "/elsewhere")));
        var answer = await server.Client(user: "{token: t}").GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.Equal(ClusterFailureKind.Unexpected, answer.Failure?.Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task ListsAndReviewsAskTheRightQuestions()
    {
        await using var server = await StartAsync(
            Json(200, """{"kind":"ReplicaSetList","items":[{"a":1},{"a":2}]}"""),
            Json(200, """{"kind":"PodList","items":null}"""),
            Json(200, """{"status":{"allowed":false,"reason":"no role"}}"""),
            Json(200, "{}"));
        var client = server.Client();

        var sets = await client.ListReplicaSetsAsync("shop", "app=web,tier in (a)", Freshness.Cached, Cancel);
        var pods = await client.ListPodsAsync("shop", "app=web", Freshness.Latest, Cancel);
        var access = await client.MayPatchAsync(Checkout, Cancel);
        var unclear = await client.MayPatchAsync(Checkout, Cancel);

        Assert.Equal(2, sets.Value?[1].GetProperty("a").GetInt32());
        Assert.Empty(pods.Value!);
        Assert.Equal(new AccessVerdict(false, "no role"), access.Value);
        Assert.Equal(ClusterFailureKind.Unexpected, unclear.Failure?.Kind);
        var seen = server.Requests.ToArray();
        Assert.Equal("/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dweb%2Ctier%20in%20%28a%29&resourceVersion=0",
            seen[0].Target);
        Assert.Equal("/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb", seen[1].Target);
        Assert.Equal(
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":"""
                + """{"verb":"patch","group":"apps","resource":"deployments","namespace":"shop","name":"checkout"}}}""",
            seen[2].Body);
    }

    [Theory]
    [InlineData("shop", "")]
    [InlineData("shop", "..")]
    [InlineData("shop", "web/scale")]
    [InlineData("..", "web")]
    [InlineData("a/b", "web")]
    public async Task ANameThatWouldLeadElsewhereIsNotSent(string @namespace, string name)
    {
        await using var server = await StartAsync(Json(200, "{}"));
        var answer = await server.Client()
            .GetWorkloadAsync(new WorkloadRef(ResourceType.Deployment, @namespace, name), Freshness.Latest, Cancel);
        Assert.Equal(ClusterFailureKind.Invalid, answer.Failure?.Kind);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task ImpersonationIsSentWithEveryRequest()
    {
        await using var server = await StartAsync(Json(200, "{}"));
        await server.Client(user: "{token: t, as: jane, as-uid: '7', as-groups: [dev], as-user-extra: {Scopes: [view]}}")
            .GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        var headers = server.Requests.Single().Headers;
        Assert.Equal("Bearer t", headers["Authorization"]);
        Assert.Equal("jane", headers["Impersonate-User"]);
        Assert.Equal("7", headers["Impersonate-Uid"]);
        Assert.Equal("dev", headers["Impersonate-Group"]);
        Assert.Equal("view", headers["Impersonate-Extra-scopes"]);
    }

    [Fact]
    public async Task APasswordIsSentAsBasic()
    {
        await using var server = await StartAsync(Json(200, "{}"));
        await server.Client(user: "{username: me, password: 'a:b'}").GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.Equal("Basic bWU6YTpi", server.Requests.Single().Headers["Authorization"]);
    }

    [Fact]
    public async Task AProxyIsAskedIfTheKubeconfigNamesOne()
    {
        await using var proxy = await StartAsync(Json(200, """{"proxied":true}"""));
        var client = Client(Kubeconfig($"{{server: 'http://cluster.invalid', proxy-url: '{proxy.Url}'}}", "{}"));
        Assert.True((await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Value.GetProperty("proxied").GetBoolean());
    }
}
