using McpRollout.Approvals.Requests;

namespace McpRollout.Tests.Broker;

public class RequestStateRules
{
    [Theory]
    [InlineData(RequestState.Denied)]
    [InlineData(RequestState.Cancelled)]
    [InlineData(RequestState.Expired)]
    [InlineData(RequestState.Stale)]
    [InlineData(RequestState.Failed)]
    [InlineData(RequestState.Applied)]
    internal void AFinalStateBecomesNothingElse(RequestState state) =>
        Assert.DoesNotContain(Enum.GetValues<RequestState>(), next => state.MayBecome(next));

    [Fact]
    public void OnlyAnApprovedRequestIsEverExecutedOrOneWhosePatchIsLost() =>
        Assert.Equal(
            [RequestState.Approved, RequestState.Unknown],
            Enum.GetValues<RequestState>().Where(state => state.MayBecome(RequestState.Executing)));

    [Fact]
    public void OnlyAnExecutedRequestIsEverApplied() => Assert.Equal(
        [RequestState.Executing, RequestState.Unknown],
        Enum.GetValues<RequestState>().Where(state => state.MayBecome(RequestState.Applied)));
}
