// What is shown, whose it is, and what Start would train instead; a link to it, and a copy to go on with.
import { link } from "../../core/address.js";
import { copyBy } from "../../core/clipboard.js";
import { onResize } from "../../core/dom.js";
import { mountTake } from "./take.js";

/**
 * @typedef {{run: string | null, what: string, whose: string, says: string, changed: string, forks: boolean,
 *   takes: import("./take.js").Group[], words: Record<string, string>}} Shown what genlab/views/bench/shown.py makes
 */

// The room that the bar has needed on this page so far, in a window of this width: what stands below it does not move
// up when a shorter sentence comes, that of the next run neither.
const room = { page: "", width: 0, height: 0 };

/** @param {HTMLElement} root */
function keepRoom(root) {
  const [page, width] = [location.pathname, root.clientWidth];
  if (!width) return;
  if (room.page !== page || room.width !== width) Object.assign(room, { page, width, height: 0 });
  root.style.minHeight = "";
  room.height = Math.max(room.height, root.getBoundingClientRect().height);
  root.style.minHeight = `${room.height}px`;
}

// onFork(): a copy is asked for. Where there is a time slider, from(step) says which kept moment it would begin at.
/** @param {HTMLElement} root @param {() => void} onFork */
export function mountShown(root, onFork) {
  /** @template {keyof HTMLElementTagNameMap} T
 * @param {Element} parent @param {T} tag @param {string} className @param {string} testid */
  const add = (parent, tag, className, testid) => {
    const node = parent.appendChild(document.createElement(tag));
    node.className = className;
    node.dataset.testid = testid;
    return node;
  };
  root.classList.add("gl-shown");
  const what = add(root, "p", "gl-shown-what", "shown");
  const acts = add(root, "div", "gl-shown-acts", "shown-acts");
  const says = add(root, "p", "gl-shown-says", "shown-says");
  says.setAttribute("role", "status");
  /** @param {string} testid */
  const button = (testid) => Object.assign(add(acts, "button", "", testid), { type: "button" });
  const copy = button("copy-link");
  const fork = button("fork");
  const take = mountTake(acts);
  let shown = /** @type {Shown | null} */ (null);
  /** @type {number | null | undefined} */
  let kept; // the step of a fork: null where nothing is kept yet, undefined where nobody looked
  let short = false; // whether a fork begins with Adam's memory in short

  function sayFork() {
    if (!shown) return;
    const { words } = shown;
    fork.hidden = !shown.forks;
    fork.disabled = kept === null;
    fork.textContent = kept ? words.forkAt.replace("{step}", kept.toLocaleString("en-US")) : words.fork;
    fork.title = kept === null ? words.forkNone : short ? `${words.forkHelp} ${words.forkShort}` : words.forkHelp;
    take.show(kept !== null && shown.takes.length > 0);
  }

  onResize([root], () => keepRoom(root));

  copy.addEventListener("click", async () => {
    if (!shown) return;
    const address = new URL(link(), location.href);
    if (shown.run) address.searchParams.set("run", shown.run);
    const { copied, byHand } = shown.words;
    if (!(await copyBy(copy, address.href, copied, () => shown?.words.copy ?? ""))) window.prompt(byHand, address.href);
  });
  fork.addEventListener("click", () => onFork());

  return {
    /** @param {Shown} data */
    update(data) {
      shown = data;
      what.textContent = `${data.words.shown} ${data.what} · `;
      Object.assign(what.appendChild(document.createElement("span")), {
        className: "gl-shown-whose", textContent: data.whose,
      });
      says.textContent = data.says;
      root.dataset.changed = data.changed;
      copy.textContent = data.words.copy;
      take.update(data.takes, data.words);
      sayFork();
      keepRoom(root);
    },
    /** @param {number | null} step @param {number[]} [inShort] */
    from(step, inShort = []) {
      const isShort = step !== null && inShort.includes(step);
      if (step === kept && isShort === short) return;
      [kept, short] = [step, isShort];
      sayFork();
    },
  };
}
