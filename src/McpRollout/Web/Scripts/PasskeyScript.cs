namespace McpRollout.Web.Scripts;

/// <summary>
/// Has the person's device sign what the server asks. A form with <c>data-passkey</c> names the route of the question; sent without a
/// passphrase, it brings the passkey's answer instead. A form with <c>data-enrol</c> has the device make a passkey.
/// </summary>
internal static class PasskeyScript
{
    /// <summary>The part.</summary>
    public static Markup Part { get; } =
        $$"""
        (() => {
          "use strict";
          if (!window.PublicKeyCredential) return;
          const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), each => each.charCodeAt(0));
          const text = buffer => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer)))
            .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
          const remembered = "mcp-rollout-approver";

          const prepare = () => {
            for (const form of document.querySelectorAll("form[data-passkey], form[data-enrol]")) {
              for (const hint of form.querySelectorAll("[data-with-passkey]")) hint.hidden = false;
              for (const hint of form.querySelectorAll("[data-without-passkey]")) hint.hidden = true;
              const { passphrase, approver } = form.elements;
              if (passphrase) passphrase.required = false;
              if (approver && !approver.value) approver.value = approver.defaultValue = localStorage.getItem(remembered) || "";
            }
          };

          const say = (form, words) => { form.querySelector("[data-passkey-says]").textContent = words; };

          const ask = async (form, verdict) => {
            const asked = { };
            for (const name of ["plan", "approver", "comment", "findings"])
              if (form.elements[name]?.value) asked[name] = form.elements[name].value;
            if (verdict) asked.decision = verdict;
            if (form.elements.break_glass?.checked) asked.break_glass = true;
            if (form.elements.way_home_seconds?.checked) asked.way_home_seconds = form.elements.way_home_seconds.value;
            const answer = await fetch(form.dataset.passkey, {
              method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(asked),
            });
            const question = await answer.json();
            if (!answer.ok) throw new Error(question.detail);
            return question;
          };

          const sign = async (form, verdict) => {
            const question = await ask(form, verdict);
            const { id, response } = await navigator.credentials.get({ publicKey: {
              challenge: bytes(question.challenge), rpId: question.site, userVerification: "required",
            } });
            return {
              id, client_data: text(response.clientDataJSON), authenticator_data: text(response.authenticatorData),
              signature: text(response.signature), nonce: question.nonce,
            };
          };

          const make = async form => {
            const { challenge, site, siteName, user, userName, known } = form.dataset;
            const { id, response } = await navigator.credentials.create({ publicKey: {
              challenge: bytes(challenge),
              rp: { id: site, name: siteName },
              user: { id: bytes(user), name: userName, displayName: userName },
              pubKeyCredParams: [-7, -257].map(alg => ({ type: "public-key", alg })),
              excludeCredentials: known.split(" ").filter(Boolean).map(each => ({ type: "public-key", id: bytes(each) })),
              authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
              attestation: "none",
            } });
            localStorage.setItem(remembered, userName);
            return { id, client_data: text(response.clientDataJSON), attestation: text(response.attestationObject) };
          };

          document.addEventListener("submit", event => {
            const form = event.target, verdict = event.submitter?.value;
            const answer = form.dataset.passkey && !form.elements.passphrase?.value ? () => sign(form, verdict)
              : form.dataset.enrol ? () => make(form) : null;
            if (!answer) return;
            event.preventDefault();
            if (form.dataset.busy) return;
            form.dataset.busy = "true";
            say(form, "Your device asks you now.");
            answer().then(passkey => {
              if (form.elements.approver?.value) localStorage.setItem(remembered, form.elements.approver.value);
              form.elements.passkey.value = JSON.stringify(passkey);
              form.querySelector("input[type=hidden][name=decision]")?.remove();
              if (verdict) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "decision", value: verdict }));
              form.submit();
            }).catch(failure => say(form, failure.name === "Error" ? failure.message
              : "No passkey was used, and nothing was sent. Try again" + (form.elements.passphrase ? ", or give your passphrase." : ".")))
              .finally(() => { delete form.dataset.busy; });
          });
          prepare();
          document.addEventListener("page-renewed", prepare);
        })();

        """;
}
