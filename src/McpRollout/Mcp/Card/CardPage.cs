using System.Security.Cryptography;

namespace McpRollout.Mcp.Card;

/// <summary>
/// The card's page: it shows a request, and has a host open its approval page. It can do nothing else: it has no form and no button, its
/// policy lets it reach nothing, and what it sends its host are the messages that are written out here.
/// </summary>
internal static class CardPage
{
    private const string Style = """
        :root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; }
        :root[data-theme="light"] { color-scheme: light; }
        :root[data-theme="dark"] { color-scheme: dark; }
        body { margin: 0; padding: 12px; color: light-dark(#1b1f24, #e6e8eb); background: light-dark(#fff, #16191d); }
        h1 { font-size: 16px; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 13px; margin: 12px 0 4px; color: light-dark(#57606a, #9aa4af); }
        p { margin: 4px 0; overflow-wrap: anywhere; }
        .code { font: 600 22px/1.3 ui-monospace, monospace; letter-spacing: .06em; }
        blockquote { margin: 4px 0; padding-left: 10px; border-left: 3px solid light-dark(#c3c9d0, #4a525b); overflow-wrap: anywhere; }
        ul { margin: 4px 0; padding: 0; list-style: none; }
        li { overflow-wrap: anywhere; padding: 1px 0; }
        .lines li { font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; }
        .warns, .blocks { color: light-dark(#9a3412, #fdba74); }
        a { color: light-dark(#1d4ed8, #93c5fd); font-weight: 600; overflow-wrap: anywhere; }
        .small { font-size: 12px; color: light-dark(#57606a, #9aa4af); }
        """;

    private const string Script = """
        (() => {
          "use strict";
          const send = message => parent.postMessage(Object.assign({ jsonrpc: "2.0" }, message), "*");
          const card = document.getElementById("card");
          const text = value => value === null || value === undefined ? "" : String(value);
          const when = value => {
            const moment = new Date(text(value));
            return isNaN(moment) ? text(value) : moment.toLocaleString();
          };
          const severities = { informs: "Note", warns: "Warning", blocks: "Blocks" };
          const list = value => Array.isArray(value) ? value : [];
          const add = (parent, name, words, style) => {
            const element = parent.appendChild(document.createElement(name));
            if (style) element.className = style;
            element.textContent = text(words);
            return element;
          };
          const lines = (title, values, style) => {
            if (!values.length) return;
            add(card, "h2", title);
            const items = add(card, "ul", "", style);
            for (const value of values) add(items, "li", value.words === undefined ? value : value.words, value.style);
          };
          let last = 1;
          const link = url => {
            let address = null;
            try { address = new URL(text(url)); } catch { }
            if (!address || (address.protocol !== "https:" && address.protocol !== "http:")) {
              add(card, "p", "No approval page is served; approvers decide at a terminal.");
              return;
            }
            const anchor = add(add(card, "p", ""), "a", "Open the approval page: " + address.href);
            anchor.href = address.href;
            anchor.rel = "noreferrer";
            anchor.addEventListener("click", event => {
              event.preventDefault();
              send({ id: ++last, method: "ui/open-link", params: { url: address.href } });
            });
          };
          const show = result => {
            card.textContent = "";
            const facts = result && result.structuredContent;
            if (!facts || result.isError) {
              add(card, "h1", "No request");
              add(card, "blockquote", list(result && result.content).map(part => text(part && part.text)).join("\n"));
              return;
            }
            const resource = facts.resource || {}, outcome = facts.outcome, waits = facts.state === "pending";
            add(card, "h1", (facts.resumes_owner ? "Resuming " + text(facts.resumes_owner) + " for " : "Undo of ")
              + text(resource.resource_type) + "/" + text(resource.name) + " in " + text(resource.namespace)
              + (facts.resumes_owner ? "" : ", revision " + text(facts.from_revision) + " \u2192 " + text(facts.to_revision)));
            add(card, "p", "Cluster " + text(resource.cluster) + " \u00b7 " + text(facts.request_id), "small");
            const given = facts.approvals || {};
            add(card, "p", waits ? "Waits for a person's decision: " + text(given.given) + " of " + text(given.required)
              + " approvals, until " + when(facts.expires_at) : "State: " + text(facts.state));
            add(card, "h2", "Match code: the approval page must show the same");
            add(card, "p", facts.match_code, "code");
            link(facts.approval_url);
            add(card, "h2", "The agent's words");
            add(card, "blockquote", facts.reason);
            lines("Findings", list(facts.findings).map(each => ({
              words: (Object.hasOwn(severities, text(each && each.severity)) ? severities[each.severity] : text(each && each.severity)) + ": " + text(each && each.message), style: each && each.severity === "informs" ? "" : "warns" })));
            lines("Denied before", list(facts.earlier_denials).map(each =>
              text(each && each.approver) + ", " + when(each && each.at) + ": \u201c" + text(each && each.comment) + "\u201d"));
            lines("What changes, as the cluster has it", list(facts.changes), "lines");
            lines("What an approval carries out", list(facts.steps));
            lines("Decisions, in people's words", list(facts.decisions).map(each =>
              text(each && each.approver) + ": " + text(each && each.decision) + (each && each.comment ? " \u2013 \u201c" + text(each.comment) + "\u201d" : "")));
            if (outcome) {
              add(card, "h2", "Outcome and health");
              add(card, "p", (outcome.rollout ? "rollout " + text(outcome.rollout) + ": " : "") + text(outcome.message));
              if (outcome.verification) add(card, "p", text(outcome.verification.state) + ": " + text(outcome.verification.message));
              lines("Pods in trouble, in their words", list(outcome.problems).map(each =>
                text(each && each.pod) + ": " + text(each && each.reason) + (each && each.message ? " (" + text(each.message) + ")" : "")), "lines");
            }
            add(card, "p", "As this answer told it; the approval page has it as it is now. Nothing is decided here.", "small");
          };
          const theme = context => {
            if (context && (context.theme === "light" || context.theme === "dark")) document.documentElement.dataset.theme = context.theme;
          };
          addEventListener("message", event => {
            const message = event.data;
            if (event.source !== parent || !message || message.jsonrpc !== "2.0") return;
            if (message.id === 1 && message.result) {
              theme(message.result.hostContext);
              send({ method: "ui/notifications/initialized", params: {} });
            } else if (message.method === "ui/notifications/tool-result") show(message.params);
            else if (message.method === "ui/notifications/host-context-changed") theme(message.params);
            else if ((message.method === "ui/resource-teardown" || message.method === "ping") && message.id !== undefined)
              send({ id: message.id, result: {} });
          });
          new ResizeObserver(() => send({ method: "ui/notifications/size-changed", params: {
            width: document.documentElement.scrollWidth, height: Math.ceil(document.body.getBoundingClientRect().height) } })).observe(document.body);
          send({ id: 1, method: "ui/initialize", params: {
            protocolVersion: "2026-01-26", appInfo: { name: "mcp-rollout", version: "1" }, appCapabilities: { availableDisplayModes: ["inline"] } } });
        })();
        """;

    /// <summary>The page, whole.</summary>
    public static string Html { get; } = $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {Digest(Script)}; style-src {Digest(Style)}; base-uri 'none'; form-action 'none'">
        <title>Undo request</title><style>{Style}</style></head>
        <body><main id="card"><p>The request is on its way.</p></main><script>{Script}</script></body></html>
        """;

    private static string Digest(string part) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(part)))}'";
}
