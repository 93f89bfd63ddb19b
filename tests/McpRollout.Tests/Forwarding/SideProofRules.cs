using McpRollout.Forwarding;

namespace McpRollout.Tests.Forwarding;

public class SideProofRules
{
    private const string Here = "localhost:7391";

    private static readonly byte[] Token = [.. Enumerable.Range(0, 32).Select(each => (byte)each)];
    private static readonly byte[] Other = [.. Token.Reverse()];

    [Fact]
    public void WhoKnowsTheTokenProvesItForThisNonceAndThisAddress()
    {
        var nonce = SideProof.NewNonce();
        var answer = SideProof.Answer(Token, "LOCALHOST:7391", SideProof.Challenge(Token, Here, nonce))!;

        Assert.True(SideProof.Proves(Token, Here, nonce, answer));
        Assert.False(SideProof.Proves(Token, Here, SideProof.NewNonce(), answer));
        Assert.False(SideProof.Proves(Token, "localhost:7392", nonce, answer));
        Assert.False(SideProof.Proves(Other, Here, nonce, answer));
        Assert.False(SideProof.Proves(Token, Here, nonce, ""));
    }

    [Fact]
    public void AChallengeIsAnsweredOnlyToWhoKnowsTheToken()
    {
        var challenge = SideProof.Challenge(Token, Here, SideProof.NewNonce());
        Assert.Null(SideProof.Answer(Other, Here, challenge));
        Assert.Null(SideProof.Answer(Token, "localhost:7392", challenge));
        foreach (var madeUp in new[] { "", ".", "a.b", "a.b.c", challenge[..^1], challenge + "a", "\u20ac.\u20ac" })
            Assert.Null(SideProof.Answer(Token, Here, madeUp));
    }

    [Fact]
    public void AChallengeIsNoAnswerToItself()
    {
        var nonce = SideProof.NewNonce();
        var challenge = SideProof.Challenge(Token, Here, nonce);
        Assert.False(SideProof.Proves(Token, Here, nonce, challenge.Split('.')[1]));
    }
}
