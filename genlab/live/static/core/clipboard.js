// Text to the clipboard, also where a browser has no clipboard object: over plain http in a classroom.

// A promise of whether it is there now.
/** @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.body.appendChild(document.createElement("textarea"));
    field.value = text;
    field.style.cssText = "position:fixed;opacity:0";
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

const TOLD_MS = 1500;

// Copies, and has the button say so for a moment; back(): what it says else. A promise of whether it was copied.
/** @param {HTMLElement} button @param {string} text @param {string} copied @param {() => string} back */
export async function copyBy(button, text, copied, back) {
  if (!(await copyText(text))) return false;
  button.textContent = copied;
  setTimeout(() => (button.textContent = back()), TOLD_MS);
  return true;
}
