// z in numbers below the sliders: copied as a JSON list, or written by hand and taken with Enter.

import { copyText } from "../core/clipboard.js";
import { zFromText } from "../maths/latent/plane.js";
import { make } from "../shared/latent/page.js";

/** @param {ReturnType<typeof import("../shared/latent/latent.js").mountLatent>} hand @param {number} latents @param {Record<string, string>} labels */
export function mountValues(hand, latents, labels) {
  const { values } = hand.page;
  /** @param {string} text @param {string} testid */
  const button = (text, testid) => make("button", { type: "button", "data-testid": testid }, text);
  const copy = button(labels.copy, "latent-copy");
  const edit = button(labels.edit, "latent-edit");
  const field = make("textarea", {
    "aria-label": labels.paste, "data-testid": "latent-field", hidden: "", spellcheck: "false",
  });
  const said = make("span", { role: "status", class: "gl-explore-said" });
  values.after(field, make("div", { class: "gl-explore-tools" }, copy, edit, said));

  /** @param {boolean} on */
  function editing(on) {
    values.hidden = on;
    field.hidden = !on;
    copy.hidden = on;
    edit.textContent = on ? labels.take : labels.edit;
    said.textContent = "";
    if (!on) return;
    field.value = values.textContent;
    field.focus();
    field.select();
  }

  function take() {
    const found = zFromText(field.value, latents);
    if (!found) said.textContent = labels.wrong.replace("N", String(latents));
    else {
      hand.setZ(found);
      editing(false);
    }
  }

  edit.addEventListener("click", () => hand.ready && (field.hidden ? editing(true) : take()));
  copy.addEventListener("click", async () => {
    said.textContent = (await copyText(values.textContent)) ? labels.copied : labels.notCopied;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Enter") take();
    else editing(false);
  });
}
