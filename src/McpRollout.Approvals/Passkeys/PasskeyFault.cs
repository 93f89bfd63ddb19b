namespace McpRollout.Approvals.Passkeys;

/// <summary>Why an answer of a passkey proves nothing.</summary>
internal enum PasskeyFault
{
    /// <summary>It is not one of this approver's passkeys.</summary>
    UnknownDevice,

    /// <summary>It was signed for something else: another plan, verdict, approver, comment, rule or question of the server.</summary>
    OtherStatement,

    /// <summary>The server's question is too old, or not one of this server.</summary>
    StaleNonce,

    /// <summary>The server's question was answered before.</summary>
    ReplayedNonce,

    /// <summary>It was signed on another site.</summary>
    OtherOrigin,

    /// <summary>The device did not make sure that it is its owner who uses it.</summary>
    UserNotVerified,

    /// <summary>The signature does not hold, or what was signed cannot be read.</summary>
    BadSignature,

    /// <summary>The device's counter went back: there is a copy of its key.</summary>
    CopiedKey,

    /// <summary>The page is where no browser uses passkeys.</summary>
    NoSite,
}

/// <summary>Faults in words.</summary>
internal static class PasskeyFaults
{
    /// <summary>How it is spelled on record.</summary>
    public static string ToName(this PasskeyFault fault) => JsonNamingPolicy.KebabCaseLower.ConvertName(fault.ToString());

    /// <summary>What the person is told, with what to do.</summary>
    public static string Sentence(this PasskeyFault fault) => fault switch
    {
        PasskeyFault.UnknownDevice => "This passkey is not enrolled for that name. Check the name, or take another passkey.",
        PasskeyFault.OtherStatement => "What was signed is not this decision: plan, comment, name or rules changed meanwhile. "
            + "Look at the page again, and decide once more.",
        PasskeyFault.StaleNonce => "The signature came too late. Decide once more.",
        PasskeyFault.ReplayedNonce => "This signature was used before. Each decision takes its own.",
        PasskeyFault.OtherOrigin => "What was signed was signed on another site than this one. Open the page from your bookmark; if a link "
            + "led you there, somebody may be copying this page.",
        PasskeyFault.UserNotVerified => "The device did not ask for your fingerprint, face or PIN. Take a device that does.",
        PasskeyFault.CopiedKey => "This passkey's counter went back, so that somebody may have a copy of it. Have it revoked: "
            + "mcp-rollout approvers revoke NAME DEVICE.",
        PasskeyFault.NoSite => "No browser uses passkeys where this page is: its address has to be a name over https, or localhost.",
        _ => "The passkey's signature does not hold.",
    };
}
