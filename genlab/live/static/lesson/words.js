// What to look for: words that light a part of the stage while they are pointed at, tapped or focused, and terms that
/** @typedef {import("./types.js").Words} Words */

// explain themselves.

/** @param {string} name */
function partsNamed(name) {
  const quoted = CSS.escape(name);
  return document.querySelectorAll(`[data-part~="${quoted}"], [data-term="${quoted}"], [data-testid="${quoted}"]`);
}

/** @param {HTMLElement} word */
const named = (word) => word.dataset.light ?? "";

/** @param {string} name @param {boolean} on */
function light(name, on) {
  for (const part of partsNamed(name)) part.classList.toggle("gl-lit", on);
  dispatchEvent(new CustomEvent("genlab:light", { detail: { name, on } }));
}

/** @param {HTMLElement} root @param {string} html @param {Words} words */
export function mountWords(root, html, words) {
  const box = root.appendChild(document.createElement("details"));
  box.className = "gl-lesson-look";
  box.open = true;
  const head = box.appendChild(document.createElement("summary"));
  head.textContent = words.lookFor;
  const text = box.appendChild(document.createElement("div"));
  text.innerHTML = html; // our own words, from the server
  const note = root.appendChild(document.createElement("div"));
  note.className = "gl-lesson-note";
  note.setAttribute("role", "note");
  note.hidden = true;
  /** @type {HTMLElement | null} */
  let held = null; // a part that was tapped stays lit until it is tapped again

  /** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
  const at = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  /** @param {Event} event */
  const lit = (event) => at(event, ".gl-light");

  /** @param {HTMLElement} button */
  function hold(button) {
    if (held) light(named(held), false);
    held?.setAttribute("aria-pressed", "false");
    held = held === button ? null : button;
    if (!held) return;
    held.setAttribute("aria-pressed", "true");
    light(named(held), true);
  }

  for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    root.addEventListener(begin, (event) => {
      const word = lit(event);
      if (word) light(named(word), true);
    });
    root.addEventListener(end, (event) => {
      const word = lit(event);
      if (word && word !== held) light(named(word), false);
    });
  }

  root.addEventListener("click", (event) => {
    const word = lit(event);
    if (word) hold(word);
    const term = at(event, ".gl-term");
    if (!term || note.dataset.of === term.dataset.name) return close();
    note.replaceChildren();
    const name = note.appendChild(document.createElement("b"));
    name.textContent = term.dataset.name ?? "";
    note.append(` ${term.dataset.meaning}`);
    note.dataset.of = term.dataset.name;
    note.hidden = false;
    (term.closest(".gl-glued") ?? term).parentElement?.after(note);
  });

  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  function close() {
    note.hidden = true;
    delete note.dataset.of;
  }
}
