using System.Collections.Frozen;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>How a program is told a password.</summary>
/// <param name="Password">Flags whose value is one: in the next word, or after a flag of one letter.</param>
/// <param name="User">Flags whose value is a user and one.</param>
/// <param name="Joint">What stands between the two.</param>
internal sealed record Program(string[] Password, string[] User, char Joint = ':')
{
    /// <summary>The flags of <see cref="Password"/> count only once it is told to log in.</summary>
    public bool OnlyAtLogin { get; init; }

    /// <summary>Its users are those of containers, with groups behind them.</summary>
    public bool NamesGroups { get; init; }

    /// <summary>It reads a password from its standard input: always, or given this flag.</summary>
    public string? ReadsInput { get; init; }

    /// <summary>Verbs, and how many words on the password stands.</summary>
    public (string Verb, int Words)[] Places { get; init; } = [];
}

/// <summary>The programs that take passwords by other flags than their names say.</summary>
internal static class Programs
{
    /// <summary>The one that takes cookies as well.</summary>
    public static readonly Program Curl = new([], ["-u", "--user", "-U", "--proxy-user"]);

    private static readonly Program MySql = new(["-p"], []);
    private static readonly Program Mongo = new(["-p"], []);
    private static readonly Program Redis = new(["-a"], []);
    private static readonly Program Ldap = new(["-w"], []);
    private static readonly Program Snmp = new(["-c", "-A", "-X"], []);
    private static readonly Program Zip = new(["-P"], []);
    private static readonly Program SevenZip = new(["-p"], []);
    private static readonly Program Container = new(["-p"], ["--creds"]) { OnlyAtLogin = true, NamesGroups = true };
    private static readonly Program Login = new(["-p"], ["--creds", "--src-creds", "--dest-creds"]) { OnlyAtLogin = true };
    private static readonly Program Groups = new([], []) { NamesGroups = true };
    private static readonly Program Passwords = new([], []) { ReadsInput = "" };

    private static readonly FrozenDictionary<string, Program> Known = new Dictionary<string, Program>
    {
        ["mysql"] = MySql,
        ["mysqldump"] = MySql,
        ["mysqladmin"] = MySql,
        ["mysqlcheck"] = MySql,
        ["mysqlimport"] = MySql,
        ["mysqlshow"] = MySql,
        ["mysqlsh"] = MySql,
        ["mariadb"] = MySql,
        ["mariadb-dump"] = MySql,
        ["mariadb-admin"] = MySql,
        ["mariadb-backup"] = MySql,
        ["mycli"] = MySql,
        ["xtrabackup"] = MySql,
        ["mongo"] = Mongo,
        ["mongosh"] = Mongo,
        ["mongodump"] = Mongo,
        ["mongorestore"] = Mongo,
        ["mongoexport"] = Mongo,
        ["mongoimport"] = Mongo,
        ["mongostat"] = Mongo,
        ["cqlsh"] = Mongo,
        ["couchbase-cli"] = Mongo,
        ["clickhouse"] = Mongo,
        ["redis-cli"] = Redis,
        ["valkey-cli"] = Redis,
        ["keydb-cli"] = Redis,
        ["redis-benchmark"] = Redis,
        ["sqlcmd"] = new(["-P"], []),
        ["bcp"] = new(["-P"], []),
        ["tsql"] = new(["-P"], []),
        ["sqlplus"] = new([], [], '/'),
        ["ldapsearch"] = Ldap,
        ["ldapadd"] = Ldap,
        ["ldapmodify"] = Ldap,
        ["ldapdelete"] = Ldap,
        ["ldapwhoami"] = Ldap,
        ["ldappasswd"] = new(["-w", "-s", "-a"], []),
        ["curl"] = Curl,
        ["http"] = new([], ["-a", "--auth"]),
        ["https"] = new([], ["-a", "--auth"]),
        ["xh"] = new([], ["-a", "--auth"]),
        ["docker"] = Container,
        ["podman"] = Container,
        ["nerdctl"] = Container,
        ["buildah"] = Login,
        ["skopeo"] = Login,
        ["crane"] = Login,
        ["oras"] = Login,
        ["helm"] = Login,
        ["az"] = Login,
        ["oc"] = Login,
        ["cosign"] = Login,
        ["argocd"] = Login,
        ["regctl"] = Login,
        ["cf"] = Login,
        ["su-exec"] = Groups,
        ["gosu"] = Groups,
        ["setpriv"] = Groups,
        ["chroot"] = Groups,
        ["chown"] = Groups,
        ["install"] = Groups,
        ["sshpass"] = new(["-p"], []),
        ["unzip"] = Zip,
        ["zip"] = Zip,
        ["7z"] = SevenZip,
        ["7za"] = SevenZip,
        ["7zz"] = SevenZip,
        ["7zr"] = SevenZip,
        ["ipmitool"] = Zip,
        ["snmpget"] = Snmp,
        ["snmpwalk"] = Snmp,
        ["snmpset"] = Snmp,
        ["snmpbulkwalk"] = Snmp,
        ["smbclient"] = new([], ["-U", "--user"], '%'),
        ["rpcclient"] = new([], ["-U"], '%'),
        ["lftp"] = new([], ["-u"], ','),
        ["rabbitmqctl"] = new([], []) { Places = [("add_user", 2), ("change_password", 2), ("authenticate_user", 2)] },
        ["vault"] = new([], []) { Places = [("login", 1)] },
        ["bao"] = new([], []) { Places = [("login", 1)] },
        ["gcloud"] = new([], []) { Places = [("activate-refresh-token", 2)] },
        ["htpasswd"] = new([], []) { Places = [("-b", 3), ("-cb", 3), ("-bc", 3), ("-nb", 2), ("-bn", 2), ("-nbB", 2), ("-bB", 3)] },
        ["mc"] = new([], []) { Places = [("set", 4), ("add", 4)] },
        ["chpasswd"] = Passwords,
        ["kinit"] = Passwords,
        ["passwd"] = Passwords,
        ["cryptsetup"] = Passwords,
        ["sudo"] = new([], []) { ReadsInput = "-S" },
        ["gh"] = new([], []) { ReadsInput = "--with-token" },
        ["openssl"] = new([], []),
        ["echo"] = new([], []),
        ["printf"] = new([], []),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The program that a word calls, by whatever path, and whatever is glued to its front (<c>error=mysql</c>).</summary>
    public static Program? Called(ReadOnlySpan<char> word)
    {
        word = word.TrimEnd("\"'`)]},");
        word = word[SecretName.StartBefore(word, word.Length)..];
        return Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var program) ? program : null;
    }

    /// <summary>Whether a word is a program that only repeats its arguments.</summary>
    public static bool Repeats(Program? program) => program is not null && (program == Known["echo"] || program == Known["printf"]);
}
