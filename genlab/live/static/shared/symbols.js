// What a formula's symbols mean: said where one points, taps, or goes with the arrow keys. The words are in the MathML
// (genlab/formulas.py); the numbers are those that the page shows of a term.
import { element } from "../core/dom.js";

const EDGE = 8; // px that the note keeps from the window's sides

/** @param {EventTarget | null} target */
const symbolAt = (target) => (target instanceof Element ? target.closest("[data-symbol]") : null);

// The present number of a symbol, with its unit: written beside a term somewhere on the page, "" where nowhere.
/** @param {Element} symbol */
function numberOf(symbol) {
  for (const key of (symbol.getAttribute("data-values") ?? "").split(" ").filter(Boolean)) {
    const shown = document.querySelector(`[data-testid="term-${key}"], [data-testid="number-${key}"]`);
    if (!shown || !/\d/.test(shown.textContent ?? "")) continue;
    const unit = shown.nextElementSibling?.localName === "small" ? shown.nextElementSibling.textContent : "";
    return [shown.textContent, unit].filter(Boolean).join(" ");
  }
  return "";
}

// What is known of a symbol only where a run is shown, as its shape: said by this formula or by the run's on the page.
/** @param {Element} symbol */
function factOf(symbol) {
  const { symbol: key, fact } = /** @type {HTMLElement} */ (symbol).dataset;
  return fact ?? document.querySelector(`[data-symbol="${key}"][data-fact]`)?.getAttribute("data-fact") ?? "";
}

// Makes a formula a stop of the Tab key, by a name for those who hear it.
/** @param {HTMLElement} formula @param {string} name */
export function asStop(formula, name) {
  formula.dataset.symbols = "";
  formula.tabIndex = 0;
  formula.setAttribute("role", "group");
  formula.setAttribute("aria-label", name);
}

// root: below it stand formulas; those with data-symbols are stops of the Tab key. moved(symbol or null): which one the
// arrow keys have come to.
/** @param {HTMLElement} root @param {(symbol: Element | null) => void} moved */
export function explainSymbols(root, moved = () => {}) {
  const note = element(root, "span", "gl-symbol-note", "", { role: "status", popover: "manual", "data-testid": "symbol-note" });
  /** @type {Element | null} */
  let shown = null;
  /** @type {Element | null} */
  let held = null; // what was tapped, or where the arrow keys are: said until one goes on

  /** @param {Element | null} symbol */
  function show(symbol) {
    if (symbol === shown) return;
    shown?.removeAttribute("data-asked");
    shown = symbol;
    if (!symbol?.isConnected) return note.hidePopover();
    symbol.setAttribute("data-asked", "");
    note.replaceChildren();
    // The symbol itself, then what it stands in: z, and q(z|x) around it.
    for (let at = /** @type {Element | null} */ (symbol); at && root.contains(at); at = symbolAt(at.parentElement)) {
      const words = [at.getAttribute("data-meaning"), factOf(at), numberOf(at) && `= ${numberOf(at)}`];
      element(note, "span", "", words.filter(Boolean).join(" "));
    }
    note.showPopover();
    place(symbol);
  }

  // Above the symbol, where its number below is not covered; below it where there is no room.
  /** @param {Element} symbol */
  function place(symbol) {
    const at = symbol.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = note;
    const left = Math.max(EDGE, Math.min(at.left + at.width / 2 - wide / 2, innerWidth - wide - EDGE));
    note.style.left = `${left}px`;
    note.style.top = `${at.top - high >= EDGE ? at.top - high : at.bottom}px`;
  }

  /** @param {Element | null} symbol */
  function hold(symbol) {
    held = symbol;
    show(symbol);
  }

  root.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && symbolAt(event.target)) show(symbolAt(event.target));
  });
  root.addEventListener("pointerout", (event) => {
    const to = event.relatedTarget;
    if (event.pointerType !== "mouse" || (to instanceof Node && note.contains(to)) || symbolAt(to)) return;
    show(held);
  });
  root.addEventListener("click", (event) => {
    const symbol = symbolAt(event.target);
    if (symbol) hold(symbol === held ? null : symbol);
  });

  /** @param {Event} event */
  const stop = ({ target }) => (target instanceof HTMLElement && target.hasAttribute("data-symbols") ? target : null);
  /** @param {Element | null} symbol */
  function go(symbol) {
    hold(symbol);
    moved(symbol);
  }

  root.addEventListener("focusin", (event) => {
    if (stop(event)?.matches(":focus-visible")) go(stop(event)?.querySelector("[data-symbol]") ?? null);
  });
  root.addEventListener("focusout", () => go(null));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) return go(null);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const symbols = [...(stop(event)?.querySelectorAll("[data-symbol]") ?? [])];
    if (!step || !symbols.length) return;
    event.preventDefault();
    const from = held ? symbols.indexOf(held) : step > 0 ? -1 : symbols.length;
    const next = symbols[Math.min(Math.max(from + step, 0), symbols.length - 1)];
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    go(next);
  });

  // A tap elsewhere ends it; where something scrolls, the note stays at its symbol.
  /** @param {Event} event */
  function elsewhere({ type, target }) {
    if (!root.isConnected) for (const kind of ["pointerdown", "scroll"]) removeEventListener(kind, elsewhere, true);
    else if (shown && type === "scroll") place(shown);
    else if (shown && !symbolAt(target)) hold(null);
  }
  for (const kind of ["pointerdown", "scroll"]) addEventListener(kind, elsewhere, true);
}
