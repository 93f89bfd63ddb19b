using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Properties;
using McpRollout.Web;
using McpRollout.Web.Views;
using Microsoft.AspNetCore.Http;

namespace McpRollout.Tests.Person.Page;

public sealed class DecisionBodyProperties
{
    private static readonly Gen<Dictionary<string, string>> Fields =
        from decision in Gen.Elements("approve", "deny")
        from plan in Texts.Any.Where(IsSaid)
        from approver in Gen.Elements("dana", "A.b-c_d@example.com", "7", new string('x', 64))
        from passphrase in Texts.Any.Where(text => text.Length > 0)
        from comment in Texts.Any
        select new Dictionary<string, string>
        {
            ["decision"] = decision,
            ["plan"] = plan,
            ["approver"] = approver,
            ["passphrase"] = passphrase,
            ["comment"] = comment,
        };

    [Fact]
    public void What_was_sent_is_what_is_asked_in_either_form() => Rule.HoldsFor(Fields, fields =>
    {
        var json = Read("application/json",
            new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value))).ToJsonString());
        var form = Read("application/x-www-form-urlencoded",
            string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}")));
        foreach (var (body, problem) in new[] { json, form })
        {
            Assert.Null(problem);
            Assert.Empty(body!.Errors);
            var attempt = body.ToAttempt("undo-1");
            Assert.Equal(fields["decision"] == "approve" ? Verdict.Approve : Verdict.Deny, attempt.Verdict);
            Assert.Equal((fields["plan"], fields["approver"].Trim(), fields["passphrase"]),
                (attempt.Plan, attempt.Approver, attempt.Passphrase));
        }
    });

    [Fact]
    public void Whatever_is_sent_there_is_a_decision_or_words_that_do_not_repeat_it() => Rule.HoldsFor(
        from type in Gen.Elements("application/json", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "text/plain",
            "", "application/json;;=\"")
        from body in Gen.OneOf(
            Jsons.Broken,
            Texts.Any,
            from name in Gen.Elements("decision", "plan", "passphrase", "comment", "x")
            from value in Jsons.Broken
            select $$"""{"{{name}}":{{value}},"secret":"qsecretq"}""",
            from pieces in Gen.Elements("decision=approve", "&", "=", "%", "%zz", "%00", "+", "plan=", "passphrase=qsecretq", "approver=a",
                "comment=%ED%A0%80").ListOf(8)
            select string.Concat(pieces))
        select (type, body),
        sent =>
        {
            var (body, problem) = Read(sent.type, sent.body);
            Assert.True(body is null ^ problem is null);
            if (problem is not null)
                Assert.Contains(problem.Status, new[] { 400, 415 });
            Assert.All(body?.Errors ?? [problem!.Detail], words => Assert.DoesNotContain("qsecretq", words, StringComparison.Ordinal));
            if (body is { Errors: [] })
                Assert.NotEmpty(body.ToAttempt("undo-1").Plan);
        },
        count: 2000);

    private static bool IsSaid(string text) => text.Trim() == text && text.Length > 0;

    private static (DecisionBody? Body, Problem? Problem) Read(string type, string text)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = type;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var reading = DecisionBody.ReadAsync(context.Request, needsProof: true);
        Assert.True(reading.IsCompleted);
        return reading.GetAwaiter().GetResult();
    }
}
