namespace McpRollout.Web.Scripts;

/// <summary>Tells times in the zone of who reads, with the same in UTC as their title. The server tells them in its own.</summary>
internal static class TimesScript
{
    /// <summary>The part.</summary>
    public static Markup Part { get; } =
        $$"""
        (() => {
          "use strict";
          const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
          const day = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
          const today = new Intl.DateTimeFormat("en-GB", day).format(new Date());
          const zone = moment => new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(moment)
            .find(part => part.type === "timeZoneName").value;
          const tell = () => {
            for (const time of document.querySelectorAll("time[datetime]:not([title])")) {
              const moment = new Date(time.dateTime), date = new Intl.DateTimeFormat("en-GB", day).format(moment);
              time.title = time.dateTime.replace("T", " ").replace("Z", " UTC");
              time.textContent = (date === today ? "" : date + ", ")
                + new Intl.DateTimeFormat("en-GB", clock).format(moment) + " " + zone(moment);
            }
          };
          tell();
          document.addEventListener("page-renewed", tell);
        })();

        """;
}
