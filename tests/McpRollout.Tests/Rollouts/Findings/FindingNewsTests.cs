using McpRollout.Rollouts.Findings;

namespace McpRollout.Tests.Rollouts.Findings;

/// <summary>What counts as new to whoever looked before.</summary>
public sealed class FindingNewsTests
{
    private static readonly Finding Known = FindingKinds.Quota.Of("It leaves too little.", "small");

    private static Finding Graver => Known with { Severity = FindingSeverity.Blocks };

    private static Finding Lighter => Known with { Severity = FindingSeverity.Informs };

    [Fact]
    public void The_same_is_not_new_nor_is_what_is_less_grave_by_now()
    {
        Assert.Empty(FindingNews.Since([Known], [Known]));
        Assert.Empty(FindingNews.Since([Known], [Lighter]));
    }

    [Fact]
    public void What_is_graver_by_now_is_new() => Assert.Equal([Graver], FindingNews.Since([Known], [Graver]));

    [Fact]
    public void What_is_about_more_by_now_is_new()
    {
        var more = FindingKinds.Quota.Of("It leaves too little.", "small", "large");
        Assert.Equal([more], FindingNews.Since([Known], [more]));
    }

    [Fact]
    public void A_decision_on_what_was_less_grave_is_none_on_what_is_graver()
    {
        Assert.NotEqual(FindingNews.Digest([Known]), FindingNews.Digest(FindingNews.With([Known], [Graver])));
        Assert.NotEqual(FindingNews.Digest([Known]), FindingNews.Digest([]));
    }
}
