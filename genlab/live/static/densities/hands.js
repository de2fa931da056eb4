// Handles on a mixture's components: the peak moves mean and weight, the flank the width; by mouse, touch and keys.
import { exact } from "../core/format.js";
import { fill } from "../core/words.js";
import { clamp, LIMITS, WIDEST_BY_HAND, withPart, withWeight } from "../maths/mixtures/mixture_edits.js";
import { place, strips } from "./draw.js";

/** @typedef {import("../maths/mixtures/mixtures.js").Component} Component */
/** @typedef {import("../maths/mixtures/mixtures.js").Mixture} Mixture */
/** @typedef {"p" | "q"} Name */
/** @typedef {Record<Name, Mixture>} Both */
/** @typedef {{name: Name, index: number, kind: "peak" | "flank", node: HTMLElement, x: number, y: number}} Handle */
/**
 * @typedef {object} Drag
 * @property {Handle} handle
 * @property {Component} part as it was when it was taken hold of
 * @property {number} x
 * @property {number} y
 * @property {number} weightPerPixel
 * @property {boolean | null} upright whether it sets the weight; null while that is not known
 */
/**
 * @typedef {object} HandsOptions
 * @property {() => Both} get
 * @property {(name: Name, mixture: Mixture, mean: number) => void} set is told each change
 * @property {() => number} top the height of the density strip, in densities
 * @property {(name: Name, index: number) => void} remove
 * @property {() => void} grasp
 * @property {() => void} release
 * @property {() => boolean} hinted whether q's peak still has to say that it can be dragged
 */

const NEAR = 32; // pixels within which the nearest handle is meant
const LOCKED = 6; // pixels after which a drag of a peak keeps to its direction: across for the mean, up for the weight
const TOLD_ABOVE = 44; // pixels between a handle and what is told above it
const TIE = 2; // pixels: as near as the handle on top
const MEAN_STEP = 0.1;
const WEIGHT_STEP = 0.02;
const WIDTH_STEP = 1.05;
const FASTEST = 1 / 120; // of the weight a pixel, at most
const COARSE = 5; // as many steps with Shift
const SIDE = { p: -1, q: 1 }; // p's flank is at its left, q's at its right: equal densities can be taken apart
const FLANK = Math.exp(-0.5); // a normal's height one standard deviation from its mean, in peaks

/** @param {number} value */
const spoken = (value) => exact(value, 3).replace("−", "-"); // not every voice reads a true minus
/** @param {number} value @param {number} digits */
const round = (value, digits) => Number(value.toFixed(digits));
/** @param {Component} part */
const peak = ({ std, weight }) => weight / (std * Math.sqrt(2 * Math.PI));

/** @param {HTMLElement} stage @param {Record<string, string>} labels @param {HandsOptions} options */
export function createHands(stage, labels, { get, set, top, remove, grasp, release, hinted }) {
  /** @type {Handle[]} */
  const handles = [];
  /** @type {Map<number, Drag>} */
  const drags = new Map();
  const told = stage.appendChild(document.createElement("div")); // what a hand is setting, beside the handle
  told.className = "gl-dn-told";
  told.hidden = true;
  told.setAttribute("aria-hidden", "true"); // the handle itself says it
  let sized = { shape: "", half: 0 }; // half its width: with figures of one width it hangs on the number of letters alone

  function build() {
    const { p, q } = get();
    /** @param {Name} name @param {Mixture} mixture */
    const handlesOf = (name, mixture) => mixture.flatMap((_, index) =>
      /** @type {const} */ (["peak", "flank"]).map((kind) => ({ name, index, kind })));
    const wanted = [...handlesOf("p", p), ...handlesOf("q", q)];
    const same = wanted.length === handles.length && wanted.every((one, i) => one.name === handles[i].name);
    if (same) return;
    const focused = handles.find(({ node }) => node === document.activeElement);
    if (drags.size > 0) {
      drags.clear();
      release();
    }
    for (const handle of handles.splice(0)) handle.node.remove();
    for (const one of wanted) {
      const node = stage.appendChild(document.createElement("div"));
      node.className = `gl-dn-hand gl-dn-${one.kind} gl-dn-of-${one.name}`;
      node.dataset.testid = `${one.kind}-${one.name}-${one.index}`;
      node.tabIndex = 0;
      node.setAttribute("role", "slider");
      node.setAttribute("aria-label", labels[one.kind].replace("{name}", one.name).replace("{number}", String(one.index + 1)));
      handles.push({ ...one, node, x: 0, y: 0 });
    }
    if (!focused) return;
    const left = handles.filter((one) => one.name === focused.name && one.kind === focused.kind);
    left[Math.min(focused.index, left.length - 1)].node.focus({ preventScroll: true });
  }

  // Puts every handle where its component is, in pixels of the stage.
  function settle() {
    build();
    const state = get();
    const width = stage.clientWidth; // asked once, before anything is written: each later time the page is laid out anew
    const { perUnit, toPixels } = place(width);
    const [above, below] = strips(stage.clientHeight).density;
    for (const handle of handles) {
      const part = state[handle.name][handle.index];
      const flank = handle.kind === "flank";
      // A narrow component's flank would lie under its peak
      const reach = flank ? SIDE[handle.name] * Math.max(part.std * perUnit, 14) : 0;
      handle.x = clamp(toPixels(part.mean) + reach, [8, width - 8]);
      handle.y = Math.max(above, below - ((peak(part) * (flank ? FLANK : 1)) / top()) * (below - above));
      handle.node.style.transform = `translate(${(100 * handle.x) / width}cqw, ${handle.y}px)`;
      const { node } = handle;
      const widest = Math.max(WIDEST_BY_HAND, part.std);
      const [value, [low, high]] = flank ? [part.std, [LIMITS.std[0], widest]] : [part.mean, LIMITS.mean];
      node.setAttribute("aria-valuenow", String(round(value, 3)));
      node.setAttribute("aria-valuemin", String(low));
      node.setAttribute("aria-valuemax", String(high));
      node.setAttribute("aria-valuetext", flank
        ? labels.width.replace("{std}", spoken(part.std))
        : labels.place.replace("{mean}", spoken(part.mean)).replace("{weight}", spoken(part.weight)));
    }
    tell(state, width);
  }

  /** @param {Both} state */
  function tell(state, width = stage.clientWidth) {
    const dragged = [...drags.values()].at(-1)?.handle;
    const hint = hinted() ? handles.find(({ name, kind }) => name === "q" && kind === "peak") : undefined;
    const held = dragged ?? handles.find(({ node }) => node.matches(":focus-visible")) ?? hint;
    const written = held && state[held.name][held.index]; // one that has just been taken away has none
    told.hidden = !written;
    if (!written) return;
    const text = held === hint ? labels.drag : labels.told;
    told.classList.toggle("gl-dn-hinting", held === hint);
    told.textContent = fill(text, { mean: exact(written.mean, 3), std: exact(written.std, 3), weight: exact(written.weight, 3) });
    const shape = `${held === hint} ${told.textContent.length}`;
    if (sized.shape !== shape) sized = { shape, half: told.offsetWidth / 2 };
    const { half } = sized;
    const above = held.y >= TOLD_ABOVE; // else beside the handle, where the picture is wider
    const side = held.x < width / 2 ? 1 : -1;
    const x = clamp(above ? held.x : held.x + side * (half + 24), [half, Math.max(half, width - half)]);
    told.style.transform = `translate(${x}px, ${above ? held.y - TOLD_ABOVE : held.y - 12}px) translateX(-50%)`;
  }

  /** @param {Handle} handle @param {Partial<Component>} changes */
  function change(handle, { mean, std, weight }) {
    const mixture = get()[handle.name];
    let changed = mixture;
    if (mean !== undefined) changed = withPart(changed, handle.index, { mean: round(mean, 2) });
    if (std !== undefined) changed = withPart(changed, handle.index, { std: std < 1 ? round(std, 3) : round(std, 2) });
    if (weight !== undefined) changed = withWeight(changed, handle.index, round(weight, 3));
    set(handle.name, changed, changed[handle.index].mean);
  }

  /** @param {PointerEvent} event */
  function nearest(event) {
    const box = stage.getBoundingClientRect();
    /** @param {Handle} handle */
    const distance = ({ x, y }) => Math.hypot(x - (event.clientX - box.left), y - (event.clientY - box.top));
    const free = handles.filter((handle) => ![...drags.values()].some((drag) => drag.handle === handle));
    const best = free.length ? free.reduce((one, other) => (distance(one) <= distance(other) ? one : other)) : null;
    const onTop = free.find(({ node }) => node === event.target);
    if (onTop && best && distance(onTop) <= distance(best) + TIE) return onTop; // it is what the eye sees
    return best && distance(best) <= NEAR ? best : null;
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !(event.target instanceof Element && event.target.closest(".gl-dn-hand"))) return;
    const handle = nearest(event);
    if (!handle) return;
    event.preventDefault(); // no text is selected on the way
    handle.node.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    grasp();
    const part = get()[handle.name][handle.index];
    const [above, below] = strips(stage.clientHeight).density;
    // The scale of the moment: it may grow during the drag, and the handle must not run away from the hand
    const exact = (top() / (below - above)) * part.std * Math.sqrt(2 * Math.PI);
    const weightPerPixel = Math.min(exact, FASTEST); // a low, wide component would be too quick for a hand
    const upright = get()[handle.name].length === 1 ? false : null; // a lone component's weight is 1; else not yet known
    drags.set(event.pointerId, { handle, part, x: event.clientX, y: event.clientY, weightPerPixel, upright });
    tell(get());
  });
  stage.addEventListener("pointermove", (event) => {
    const drag = drags.get(event.pointerId);
    if (!drag) return;
    const { handle, part } = drag;
    const [pixels, up] = [event.clientX - drag.x, drag.y - event.clientY];
    const right = pixels / place(stage.clientWidth).perUnit;
    if (handle.kind === "flank") return change(handle, { std: part.std + SIDE[handle.name] * right });
    if (drag.upright === null && Math.hypot(pixels, up) >= LOCKED) drag.upright = Math.abs(up) > Math.abs(pixels);
    if (drag.upright) change(handle, { mean: part.mean, weight: part.weight + up * drag.weightPerPixel });
    else change(handle, { mean: part.mean + right });
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    stage.addEventListener(end, (event) => {
      if (!drags.delete(event.pointerId)) return;
      tell(get());
      if (drags.size === 0) release();
    });
  }

  stage.addEventListener("keydown", (event) => {
    const handle = handles.find(({ node }) => node === event.target);
    if (!handle || event.ctrlKey || event.metaKey || event.altKey) return;
    const mixture = get()[handle.name];
    const { mean, std, weight } = mixture[handle.index];
    const times = event.shiftKey ? COARSE : 1;
    const across = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
    const up = Number(event.key === "ArrowUp") - Number(event.key === "ArrowDown");
    if (across || up) {
      event.preventDefault();
      if (handle.kind === "flank")
        change(handle, { std: std * WIDTH_STEP ** (times * (up || across * SIDE[handle.name])) });
      else if (across) change(handle, { mean: mean + across * times * MEAN_STEP });
      else change(handle, { weight: weight + up * times * WEIGHT_STEP });
    } else if ((event.key === "Delete" || event.key === "Backspace") && mixture.length > 1) {
      event.preventDefault();
      remove(handle.name, handle.index);
      settle(); // at once: the focus goes to the next handle, and not to the page
    }
  });

  /** @type {Partial<Record<Name, number>>} */
  const touched = {};
  stage.addEventListener("focusin", ({ target }) => {
    const handle = handles.find(({ node }) => node === target);
    if (handle) touched[handle.name] = handle.index;
    tell(get());
  });
  stage.addEventListener("focusout", () => requestAnimationFrame(() => stage.isConnected && tell(get())));

  return { settle, dragging: () => drags.size > 0,
           // The component of this mixture that was touched last; before that, its last one
           /** @param {Name} name */
           chosen: (name) => Math.min(touched[name] ?? Infinity, get()[name].length - 1) };
}
