using System.Buffers;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>
/// Passwords on command lines, in scripts and sentences as well: those of flags whose name says so, and those of programs that are known.
/// </summary>
internal sealed class CommandSecrets
{
    private static readonly SearchValues<char> OfIds = SearchValues.Create("0123456789:");
    private readonly SecretSpans _spans;
    private readonly string _text;
    private readonly List<Word> _repeated = [];
    private readonly List<Word> _piped = [];
    private Program? _program;
    private (FlagKind Kind, char Joint) _awaited;
    private bool _logsIn;
    private bool _namesUser;
    private bool _isSure;
    private int _wordsLeft;

    private CommandSecrets(SecretSpans spans) => (_spans, _text) = (spans, spans.Text);

    private enum FlagKind
    {
        None,

        /// <summary>A flag of a known program: whatever follows.</summary>
        Password,

        /// <summary>A flag whose name says password.</summary>
        Named,

        /// <summary>A flag whose name may say so.</summary>
        Doubtful,

        /// <summary>A user and a password.</summary>
        User,

        /// <summary>A user and a group, unless that looks like a password.</summary>
        Owner,

        /// <summary>Cookies, or the file that has them.</summary>
        Cookies,
    }

    /// <summary>Finds them.</summary>
    public static void Find(SecretSpans spans, IReadOnlyList<Word> words)
    {
        var commands = new CommandSecrets(spans);
        for (var at = 0; at < words.Count; at++)
            commands.Read(words, at);
    }

    private void Read(IReadOnlyList<Word> words, int at)
    {
        var word = words[at];
        var said = word.In(_text);
        if (word.StartsLine)
            Begin(isPiped: false);
        if (said is "|" or "|&")
        {
            Begin(isPiped: true);
            return;
        }

        if (said is "||" or "&&" or ";" or "&")
        {
            Begin(isPiped: false);
            return;
        }

        if (_awaited.Kind == FlagKind.None || !Take(word))
            Judge(words, at);
        if (said[^1] == ';')
            Begin(isPiped: false);
    }

    private void Begin(bool isPiped)
    {
        _piped.Clear();
        if (isPiped)
            _piped.AddRange(_repeated);
        _repeated.Clear();
        (_program, _awaited, _logsIn, _namesUser, _wordsLeft, _isSure) = (null, default, false, false, 0, true);
    }

    // Whether the word was the value of the flag before it.
    private bool Take(Word word)
    {
        var (kind, joint) = _awaited;
        _awaited = default;
        var said = word.In(_text);
        if (said is ['-', _, ..] && kind != FlagKind.Password || said[0] is '|' or '>')
            return false;
        if (kind is FlagKind.User or FlagKind.Owner)
            User(word.Start, joint, kind);
        else if (kind == FlagKind.Cookies ? said.Contains('=') : kind != FlagKind.Doubtful || ValueLook.IsSecret(said))
            Password(word.Start, kind);
        return true;
    }

    private void Password(int start, FlagKind kind)
    {
        var value = ItemOrValue(start);
        var said = value.In(_text);
        if (kind == FlagKind.Named && !_spans.HasItems && ValueLook.IsStatus(said))
            return;
        var source = said.IndexOf(':');
        if (source > 0 && said[..source] is "env" or "file" or "fd")
            return;
        var from = source > 0 && said[..source] is "pass" ? value.Start + 5 : value.Start;
        if (kind == FlagKind.Named)
            _spans.Add(from, value.End);
        else
            _spans.AddCertain(from, value.End);
    }

    private void User(int start, char joint, FlagKind kind)
    {
        var value = ItemOrValue(start);
        var said = value.In(_text);
        var at = said.IndexOf(joint);
        if (at < 0 || said.Contains("://", StringComparison.Ordinal) || ValueLook.IsReference(said)
            || !said.Trim("\"'").ContainsAnyExcept(OfIds)
            || kind == FlagKind.Owner && !ValueLook.IsSecret(said[(at + 1)..]))
            return;
        var end = value.End - (value.IsQuoted && said[^1] == said[0] ? 1 : 0);
        _spans.AddCertain(value.Start + at + 1, end);
    }

    private ValueSpan ItemOrValue(int start) =>
        _spans.HasItems && _spans.IsItemStart(start) ? new(start, _spans.ItemEnd(start), false) : ValueSpan.Read(_spans, start);

    private void Judge(IReadOnlyList<Word> words, int at)
    {
        var word = words[at];
        var said = word.In(_text);
        if (_wordsLeft > 0 && said[0] != '-' && --_wordsLeft == 0 && (_isSure && !ValueLook.IsStatus(said) || ValueLook.IsSecret(said)))
            Password(word.Start, FlagKind.Password);
        Place(said);
        if (said is ['-', _, ..])
        {
            Flag(word);
            return;
        }

        if (Programs.Repeats(_program))
        {
            _repeated.Add(word);
            return;
        }

        if (Programs.Called(said) is { } program && program != _program)
            Call(program, at == 0 || word.StartsLine || _spans.IsItemStart(word.Start) || _program is null && _isSure);
        _isSure &= Programs.Called(said) is not null || said.Contains('=') || _program is not null;
        _logsIn |= said is "login";
        if (at > 0 && IsNamedBefore(words, at))
            Password(word.Start, FlagKind.Password);
    }

    private void Call(Program program, bool isSure)
    {
        (_program, _isSure) = (program, isSure);
        if (program.ReadsInput is "")
            MaskPiped();
    }

    private void Place(ReadOnlySpan<char> said)
    {
        foreach (var (verb, words) in _program?.Places ?? [])
        {
            if (said.SequenceEqual(verb))
                _wordsLeft = words;
        }
    }

    // requirepass X; npm config set _authToken X; netrc: login joe password X
    private bool IsNamedBefore(IReadOnlyList<Word> words, int at)
    {
        var before = words[at - 1].In(_text);
        if (before is "requirepass" or "masterauth")
            return true;
        return at > 2 && before is "password" && words[at - 3].In(_text) is "login"
            || at > 1 && words[at - 2].In(_text) is "set" && before[0] != '-' && !before.Contains('=') && _text[words[at].Start] != '='
                && before.ContainsAny('_', ':', '.')
                && SecretName.Of(before[(before.LastIndexOfAny('/', ':') + 1)..]) == NameKind.Secret;
    }

    private void Flag(Word word)
    {
        var said = word.In(_text);
        var sign = said.IndexOf('=');
        var name = sign < 0 ? said : said[..sign];
        if (name is "--password-stdin" or "--passphrase-fd" or "--token-stdin"
            || _program?.ReadsInput is { Length: > 0 } reads && name.SequenceEqual(reads))
            MaskPiped();

        var joint = _program?.Joint ?? ':';
        var ofProgram = _program is { } known && (!known.OnlyAtLogin || _logsIn) ? known.Password : [];
        var user = Contains(_program?.User ?? [], name) || name.EndsWith("creds") ? FlagKind.User
            : name is not ("-u" or "--user" or "--username" or "-U" or "--proxy-user") ? FlagKind.None
            : _program is { NamesGroups: true } ? FlagKind.Owner
            : FlagKind.User;
        _namesUser |= name is ['-', 'u' or 'U', ..] or "--user" or "--username";
        if (sign >= 0 && user != FlagKind.None)
            User(word.Start + sign + 1, joint, user);
        else if (sign < 0 && (Contains(ofProgram, name) || name is "-passin" or "-passout"))
            _awaited = (FlagKind.Password, joint);
        else if (sign < 0 && user != FlagKind.None)
            _awaited = (user, joint);
        else if (name is ['-', not '-', _, ..] && Contains(ofProgram, name[..2]))
            Password(word.Start + 2, FlagKind.Password);
        else if (name is ['-', not '-', _, ..] && Contains(_program?.User ?? [], name[..2]))
            User(word.Start + 2, joint, FlagKind.User);
        else if (name is "-b" or "--cookie" && _program == Programs.Curl)
            _awaited = (FlagKind.Cookies, joint);
        else if (name is "-p" && _namesUser && _program is not { NamesGroups: true })
            _awaited = (FlagKind.Doubtful, joint);
        else if (sign < 0 && !name.ContainsAny(",.;:"))
            _awaited = (KindOf(name), joint);
    }

    private static FlagKind KindOf(ReadOnlySpan<char> name) => SecretName.Of(name.TrimStart('-')) switch
    {
        NameKind.Secret => FlagKind.Named,
        NameKind.Doubtful => FlagKind.Doubtful,
        _ => FlagKind.None,
    };

    private void MaskPiped()
    {
        foreach (var word in _piped)
            _spans.AddCertain(word.Start, word.End);
    }

    private static bool Contains(string[] flags, ReadOnlySpan<char> name)
    {
        foreach (var flag in flags)
        {
            if (name.SequenceEqual(flag))
                return true;
        }

        return false;
    }
}
