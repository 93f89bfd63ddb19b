using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Rollouts.Text;
using McpRollout.Tests.Architecture;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

public sealed class SecretTextProperties
{
    private static readonly string[] Places =
    [
        "password={0}", "DB_PASSWORD={0} run", "export TOKEN={0}; run", "--password={0} --wait", "helm upgrade --password {0} --wait",
        "mysql -uroot -p{0} shop", "mysql -u root -p {0}", "curl -u a:{0} https://example.org", "curl --user a:{0} https://example.org",
        "redis-cli -a {0} ping", "sshpass -p {0} ssh host", "echo {0} | docker login --password-stdin", "docker login -u a -p {0}",
        "-e PW={0}", "--set a.b=1,auth.password={0},c=2", "kubectl --token {0} get pods", "https://a:{0}@example.org/x",
        "https://example.org/x?sv=1&sig={0}&se=2", "{{\"password\":\"{0}\"}}", "password: '{0}'", "x:\n  password: {0}\n  y: 1",
        "Authorization: Bearer {0}", "curl -H 'X-Api-Key: {0}' https://example.org", "<password>{0}</password>", "pw {0}",
        "the token {0} expired", "id_token {0} expired",
        "password=\u001b[33m{0}\u001b[0m run", "password: \u001b[1;31m'{0}'\u001b[0m", "token \u001b[1m{0}\u001b[0m",
        "PASSWORD=ab\u001b[0m{0}",
        "https://hooks.slack.com/services/T0/B0/{0}", "Server=db;Password={0};Encrypt=true",
    ];

    private static readonly Gen<string> Secret =
        from letters in Gen.Elements("swordfish", "hunter", "Zebra", "qwertz")
        from digits in Gen.Choose(10_000_000, 99_999_999)
        from rest in Gen.Elements("", "X", "abc", "Q9")
        select $"{letters}{digits}{rest}";

    private static readonly Gen<string> Image =
        from registry in Gen.Elements("", "ghcr.io/", "auth.example.org:5000/", "token-registry.acme.io/", "docker.io/library/")
        from owner in Gen.Elements("acme/", "secret/", "passwd/team/")
        from name in Gen.Elements("auth-api", "token", "secret-store", "api-key", "pass", "key", "password-reset")
        from tag in Gen.Elements(
            ":2.14.0", ":latest", ":3f786850e387550fdab836ed7e6dc881de23001b", ":0f0f0f0f-1111-2222-3333-444444444444", ":Release_42",
            "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
        select registry + owner + name + tag;

    private static readonly Gen<string> Sentence = Gen.Elements(
        "{0}", "Failed to pull image \"{0}\": not found", "kubectl set image deploy/auth auth={0}", "image: {0}", "token {0}",
        "secret: {0}",
        "roll back to {0}, the password is fine", "container key (image {0})", "--image={0}", "[{0}, {0}]", "auth {0}; token {0}");

    private static readonly Gen<string> PlainText =
        from count in Gen.Choose(0, 12)
        from words in Gen.Elements(
            "roll", "back", "to", "revision", "7", "2.14.0", "the", "pods", "of", "checkout", "crash:", "exit", "code", "=", "100%", "(5m)",
            "-n", "--to-revision=3", "deploy/web", "10.0.0.7:5432", "p99", "\"db\"", "é", "字", "a:b", "x=1", "https://example.org/a?b=c")
            .ListOf(count)
        select string.Join(' ', words);

    [Fact]
    public void A_secret_never_remains_in_any_structure() => Rule.HoldsFor(
        from secret in Secret
        from place in Gen.Elements(Places)
        from before in Gen.Elements("", "we ran ", "sh -c \"", "[db]", "\u001b[31m", "(", "a;", "error=",
            "{x}", "<b>", "log,", "\ud83d\udd25")
        select (Text: before + Put(place, secret), Secret: secret),
        row => Assert.DoesNotContain(row.Secret, SecretText.Mask(row.Text), StringComparison.Ordinal),
        1000);

    [Fact]
    public void An_image_remains_whole_in_any_sentence() => Rule.HoldsFor(
        from image in Image
        from sentence in Sentence
        select Put(sentence, image),
        text => Assert.Equal(text, SecretText.Mask(text)),
        1000);

    [Fact]
    public void Text_without_the_shape_of_a_secret_stays_as_it_is() =>
        Rule.HoldsFor(PlainText, text => Assert.Equal(text, SecretText.Mask(text)));

    [Fact]
    public void Masking_what_is_masked_changes_nothing() => Rule.HoldsFor(
        Gen.OneOf(
            Texts.Broken,
            from secret in Secret
            from places in Gen.Elements(Places).ListOf(3)
            from between in Texts.Any
            select string.Join(between, places.Select(place => Put(place, secret)))),
        text =>
        {
            var masked = SecretText.Mask(text);
            Assert.Equal(masked, SecretText.Mask(masked));
        },
        1000);

    [Fact]
    public void An_item_of_a_command_line_stays_one() => Rule.HoldsFor(
        from count in Gen.Choose(0, 6)
        from items in Gen.OneOf(Texts.Any, Secret, Gen.Elements("--password", "-p", "mysql", "--token=", "sh", "-c")).ListOf(count)
        select items,
        items => Assert.Equal(items.Count, SecretText.MaskArguments([.. items]).Count));

    [Fact]
    public void No_sentence_of_our_own_is_masked()
    {
        var masked = Sources.In("src")
            .Where(file => !file.Contains("/Text/", StringComparison.Ordinal))
            .SelectMany(Sources.Lines)
            .SelectMany(line => Regex.Matches(line, "\"((?:[^\"\\\\]|\\\\.)*)\"").Select(match => match.Groups[1].Value))
            .Where(text => text.Contains(' ', StringComparison.Ordinal) && SecretText.Mask(text) != text)
            .Select(text => $"{text} ==> {SecretText.Mask(text)}");
        Assert.Empty(masked);
    }

    private static string Put(string place, string value) => place
        .Replace("{0}", value, StringComparison.Ordinal)
        .Replace("{{", "{", StringComparison.Ordinal)
        .Replace("}}", "}", StringComparison.Ordinal);
}
