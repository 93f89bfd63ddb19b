namespace McpRollout.Web.Scripts;

/// <summary>
/// Learns of news (<c>NewsRoute</c>), loads the page again in the background, and puts what differs into the one that is open. What was
/// typed, what was unfolded, the focus and the place stay. A form in which somebody types is left as it is, with what was shown when they
/// began, and no button moves under their finger; if it is too late, the answer to it says so.
/// </summary>
internal static class NewsScript
{
    /// <summary>The part.</summary>
    public static Markup Part { get; } =
        $$"""
        (() => {
          "use strict";
          const main = document.querySelector("main");
          if (!main.dataset.page) return;
          const served = new WeakMap();
          const keyOf = part => part.id || part.getAttribute("aria-labelledby") || part.className;
          const foldOf = fold => fold.dataset.fold || fold.querySelector("summary").textContent.replace(/\d+/g, "");
          const openIn = part => [...part.querySelectorAll("details[open]")].map(foldOf);
          const isTyped = part => [...part.querySelectorAll("form")].some(form => form.contains(document.activeElement) || form.dataset.busy
            || form.querySelector(".refusal") || [...form.querySelectorAll("input, textarea")].some(field =>
              field.value !== field.defaultValue || field.checked !== field.defaultChecked));
          const remember = () => {
            for (const part of document.querySelectorAll("[data-live] > *"))
              if (!served.has(part)) served.set(part, part.innerHTML);
          };

          const focused = () => {
            const at = document.activeElement;
            if (at.id) return () => document.getElementById(at.id);
            if (at.matches("a[href]")) return () => main.querySelector(`a[href="${CSS.escape(at.getAttribute("href"))}"]`);
            const fold = at.matches("summary") ? foldOf(at.parentElement) : null;
            return () => [...main.querySelectorAll("details")].find(each => foldOf(each) === fold)?.querySelector("summary");
          };

          const fill = (part, fresh) => {
            const open = openIn(part);
            part.className = fresh.className;
            part.innerHTML = fresh.innerHTML;
            served.set(part, fresh.innerHTML);
            for (const fold of part.querySelectorAll("details")) fold.open ||= open.includes(foldOf(fold));
          };

          const renew = (region, fresh) => {
            if (isTyped(region)) return;
            const old = [...region.children], byKey = new Map(old.map(part => [keyOf(part), part]));
            const next = [...fresh.children].map(part => {
              const same = byKey.get(keyOf(part));
              if (same && served.get(same) !== part.innerHTML) fill(same, part);
              return same || part;
            });
            if (next.length !== old.length || next.some((part, at) => part !== old[at])) region.replaceChildren(...next);
          };

          const apply = fresh => {
            const parts = [...document.querySelectorAll("[data-live] > *")];
            const place = parts.find(part => part.contains(document.activeElement))
              || parts.find(part => part.getBoundingClientRect().bottom > 0);
            const top = place?.getBoundingClientRect().top, find = focused();
            for (const region of document.querySelectorAll("[data-live]")) {
              const now = fresh.getElementById(region.id);
              if (now) renew(region, now);
            }
            remember();
            document.title = fresh.title;
            document.querySelector("link[rel=icon]").href = fresh.querySelector("link[rel=icon]").href;
            const next = fresh.querySelector("main").dataset;
            main.dataset.seen = next.seen || "";
            if (!next.page) delete main.dataset.page;
            if (document.activeElement === document.body) find()?.focus({ preventScroll: true });
            if (place?.isConnected) scrollBy(0, place.getBoundingClientRect().top - top);
            document.dispatchEvent(new Event("page-renewed"));
          };

          let source, later;
          const load = async () => {
            const answer = await fetch(main.dataset.page, { headers: { Accept: "text/html" } });
            if (answer.ok) apply(new DOMParser().parseFromString(await answer.text(), "text/html"));
            if (!main.dataset.page || answer.status === 401) source?.close();
          };
          // An open stream takes one of the six connections that a browser has for a server: a page out of sight leaves it to others.
          const listen = () => {
            source?.close();
            clearTimeout(later);
            if (document.hidden || !main.dataset.page) return;
            source = new EventSource(main.dataset.page.replace(/\/?$/, "/news") + "?seen=" + main.dataset.seen);
            source.onmessage = () => load().catch(() => {});
            source.onerror = () => {
              if (source.readyState === EventSource.CLOSED && main.dataset.page) later = setTimeout(listen, 5000);
            };
          };
          remember();
          listen();
          document.addEventListener("visibilitychange", listen);
        })();

        """;
}
