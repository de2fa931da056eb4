// What a number means, said where one points, taps, or comes with the keyboard: a native title is for a mouse alone.

/** @param {HTMLElement} box @param {string} text */
export function explain(box, text) {
  box.classList.add("gl-explained");
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-description", text);
  const note = box.appendChild(document.createElement("span"));
  note.className = "gl-note";
  note.setAttribute("aria-hidden", "true"); // it is the box's description
  note.textContent = text;
}
