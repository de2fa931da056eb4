// What to look for: words that light a part of the stage while they are pointed at, tapped or focused, and terms that
// explain themselves.

function partsNamed(name) {
  const quoted = CSS.escape(name);
  return document.querySelectorAll(`[data-part~="${quoted}"], [data-term="${quoted}"], [data-testid="${quoted}"]`);
}

function light(name, on) {
  for (const part of partsNamed(name)) part.classList.toggle("gl-lit", on);
  dispatchEvent(new CustomEvent("genlab:light", { detail: { name, on } }));
}

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
  let held = null; // a part that was tapped stays lit until it is tapped again

  const lit = (event) => event.target.closest?.(".gl-light");

  function hold(button) {
    if (held) light(held.dataset.light, false);
    held?.setAttribute("aria-pressed", "false");
    held = held === button ? null : button;
    if (!held) return;
    held.setAttribute("aria-pressed", "true");
    light(held.dataset.light, true);
  }

  for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    root.addEventListener(begin, (event) => lit(event) && light(lit(event).dataset.light, true));
    root.addEventListener(end, (event) => lit(event) && lit(event) !== held && light(lit(event).dataset.light, false));
  }

  root.addEventListener("click", (event) => {
    if (lit(event)) hold(lit(event));
    const term = event.target.closest?.(".gl-term");
    if (!term || note.dataset.of === term.dataset.name) return close();
    note.replaceChildren();
    const name = note.appendChild(document.createElement("b"));
    name.textContent = term.dataset.name;
    note.append(` ${term.dataset.meaning}`);
    note.dataset.of = term.dataset.name;
    note.hidden = false;
    term.parentElement.after(note);
  });

  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  function close() {
    note.hidden = true;
    delete note.dataset.of;
  }
}
