using McpRollout.Web.Session;
using McpRollout.Web.Views;
using Microsoft.AspNetCore.WebUtilities;

namespace McpRollout.Web;

/// <summary>A decision as it was sent, with all its mistakes.</summary>
internal sealed class DecisionBody
{
    /// <summary>The largest body that is read. Unit: bytes.</summary>
    public const int Largest = 16 * 1024;

    private const int LongestPassphrase = 1000;

    private static readonly string[] Names =
        ["decision", "plan", "approver", "passphrase", "comment", "break_glass", "way_home_seconds", "findings", "passkey"];

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    private DecisionBody(bool isForm) => IsForm = isForm;

    public bool IsForm { get; }

    public IReadOnlyList<string> Errors => _errors;

    public string? Approver => Trimmed("approver");

    public string? Comment => Trimmed("comment")?.ReplaceLineEndings("\n");

    /// <summary>Whether nothing in it proves whose it is.</summary>
    public bool IsUnproven => _fields.GetValueOrDefault("passphrase", "").Length == 0 && Trimmed("passkey") is null;

    private string? Findings => Trimmed("findings");

    private PasskeyAnswer? Passkey => Trimmed("passkey") is { } answer ? PasskeyAnswer.Read(answer) : null;

    /// <summary>Whether the person means to approve alone.</summary>
    public bool BreakGlass => _fields.GetValueOrDefault("break_glass") == "true";

    /// <summary>For how long the person means to approve the way back too; null: not at all.</summary>
    public TimeSpan? WayHomeFor => Trimmed("way_home_seconds") is { } given
        && int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Reads a body of at most <see cref="Largest"/> bytes; a problem where it cannot be read at all.</summary>
    /// <param name="request">What was sent.</param>
    /// <param name="needsProof">Whether it must prove whose it is: not where it only asks what a passkey has to sign, nor where people
    /// sign in through the company's provider.</param>
    public static async Task<(DecisionBody? Body, Problem? Problem)> ReadAsync(HttpRequest request, bool needsProof)
    {
        var isForm = BodyText.IsForm(request);
        if (!isForm && !BodyText.IsJson(request))
            return (null, Problems.OfStatus(StatusCodes.Status415UnsupportedMediaType));
        if (request.ContentLength > Largest)
            return (null, Problems.OfStatus(StatusCodes.Status413PayloadTooLarge));

        var body = new DecisionBody(isForm);
        try
        {
            var text = await BodyText.ReadAsync(request);
            if (isForm)
                body.ReadForm(text);
            else
                body.ReadJson(text);
        }
        catch (Exception malformed) when (malformed is DecoderFallbackException or InvalidDataException)
        {
            return (null, Problems.OfStatus(StatusCodes.Status400BadRequest));
        }

        body.Check();
        body.CheckProof(needsProof);
        return (body, null);
    }

    /// <summary>What the broker is asked; only without <see cref="Errors"/>.</summary>
    public DecisionAttempt ToAttempt(string requestId) => new(
        requestId,
        Verdicts.Read(_fields["decision"])!.Value,
        _fields["plan"],
        Approver!,
        _fields.GetValueOrDefault("passphrase", ""),
        Comment,
        IsForm ? "page" : "http")
    {
        BreakGlass = BreakGlass,
        WayHomeFor = WayHomeFor,
        Findings = Findings,
        Passkey = Passkey,
    };

    private void ReadForm(string text)
    {
        using var reader = new FormReader(text) { ValueCountLimit = 20 };
        foreach (var (name, values) in reader.ReadForm())
            Add(name, values is [{ } value] ? value : null, "must be given once");
    }

    private void ReadJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new JsonException();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.Null)
                    Add(property.Name, TextOf(property), "must be a string");
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            throw new InvalidDataException("Not a JSON object of strings.", malformed);
        }
    }

    private static string? TextOf(JsonProperty property) => property switch
    {
        { Value.ValueKind: JsonValueKind.String } => property.Value.GetString(),
        { Name: "break_glass", Value.ValueKind: JsonValueKind.True } => "true",
        { Name: "break_glass", Value.ValueKind: JsonValueKind.False } => "false",
        { Name: "way_home_seconds", Value.ValueKind: JsonValueKind.Number } => property.Value.GetRawText(),
        _ => null,
    };

    private void Add(string name, string? value, string otherwise)
    {
        if (!Names.Contains(name))
            _errors.Add($"There is no such field; the fields are {string.Join(", ", Names)}.");
        else if (value is null)
            _errors.Add($"{name} {otherwise}.");
        else
            _fields[name] = value;
    }

    private void Check()
    {
        if (Verdicts.Read(_fields.GetValueOrDefault("decision")) is null)
            _errors.Add("decision must be approve or deny.");
        if (Trimmed("plan") is null)
            _errors.Add("plan is missing: the full plan digest that the page shows.");
        if (Approver is not { } approver)
            _errors.Add("approver is missing: your name as it was enrolled.");
        else if (Enrolment.NameError(approver) is { } nameError)
            _errors.Add($"approver is no name that could be enrolled. {nameError}");
        if (Comment?.Length > DecisionAttempt.LongestComment)
            _errors.Add($"comment has more than {DecisionAttempt.LongestComment} characters.");
        if (Findings is { } findings && (findings.Length != 64 || !findings.All(char.IsAsciiHexDigitLower)))
            _errors.Add("findings is no digest: leave it out, or give the findings_digest that was shown.");
        if (_fields.GetValueOrDefault("break_glass") is not (null or "true" or "false"))
            _errors.Add("break_glass must be true or false.");
        if (Trimmed("way_home_seconds") is not null && WayHomeFor is null)
            _errors.Add("way_home_seconds must be a whole number from 1 on.");
    }

    private void CheckProof(bool isNeeded)
    {
        var passphrase = _fields.GetValueOrDefault("passphrase", "");
        if (isNeeded && IsUnproven)
            _errors.Add("passphrase is missing.");
        if (passphrase.Length > 0 && Trimmed("passkey") is not null)
            _errors.Add("passphrase and passkey are both given: give one of them.");
        if (passphrase.Length > LongestPassphrase)
            _errors.Add($"passphrase has more than {LongestPassphrase} characters.");
        if (Trimmed("passkey") is not null && Passkey is null)
            _errors.Add("passkey is not what this page's script makes of a device's answer.");
    }

    private string? Trimmed(string name) => _fields.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } text ? text : null;
}
