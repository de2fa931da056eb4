// The time slider over a run's recorded moments, and a button that plays them. It stands on the steps, as the curves do,
// and rests only on moments that are kept; at the newest one it follows the run.
import { count, fill } from "../core/words.js";

const WHOLE_MS = 12000; // a replay of all moments takes about so long
const SHORTEST_MS = 60;
const LONGEST_MS = 600;
const PAGES = 10; // moments that a page key passes
/** @type {Record<string, number>} */
const KEYS = {
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -PAGES, PageUp: PAGES, Home: -Infinity,
  End: Infinity,
};

// onMove(step): the moment to show changed; its step, undefined before the first. It may return a promise of the moment
// being shown: a replay goes on only then.
/** @param {HTMLElement} parent @param {Record<string, string>} labels
 * @param {(step: number | undefined) => unknown} onMove */
export function mountTimeline(parent, labels, onMove) {
  /** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} className */
  const add = (tag, className) => {
    const node = parent.appendChild(document.createElement(tag));
    node.className = className;
    return node;
  };
  const button = add("button", "gl-replay");
  button.type = "button";
  button.dataset.testid = "replay";
  const slider = add("input", "gl-time");
  Object.assign(slider, { type: "range", min: 0, max: 1, value: 0, step: 1 });
  slider.dataset.testid = "time-slider";
  slider.setAttribute("aria-label", labels.moment);
  const words = add("output", "gl-moment");
  /** @type {number[]} */
  let moments = [];
  let at = 0; // the place of the shown moment among them
  let replaying = 0; // the number of the replay that is on; another one, or 0, ends it
  let replays = 0;

  const newest = () => Math.max(0, moments.length - 1);
  const follows = () => at === newest();

  function place() {
    slider.value = String(moments[at] ?? 0);
    slider.setAttribute("aria-valuetext", fill(labels.atStep, { n: count(moments[at] ?? 0) }));
  }

  /** @param {number} to */
  function move(to) {
    at = Math.min(newest(), Math.max(0, to));
    place();
    return onMove(moments[at]);
  }

  /** @param {number} step */
  function nearest(step) {
    const after = moments.findIndex((moment) => moment >= step);
    if (after <= 0) return after < 0 ? newest() : 0;
    return step - moments[after - 1] < moments[after] - step ? after - 1 : after;
  }

  function say() {
    button.textContent = replaying ? "❚❚" : "▶";
    button.setAttribute("aria-label", replaying ? labels.replayStop : labels.replay);
    button.title = replaying ? labels.replayStop : labels.replay;
    button.setAttribute("aria-pressed", String(replaying > 0));
    button.disabled = moments.length < 2;
  }

  function stop() {
    replaying = 0;
    /** @param {string} text */
    say();
  }

  // From where the slider stands, or from the beginning; to the present end, which the run may move on.
  async function replay() {
    const mine = ++replays;
    replaying = mine;
    say();
    await move(follows() ? 0 : at);
    while (replaying === mine && !follows() && parent.isConnected) {
      const pause = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, WHOLE_MS / moments.length));
      await new Promise((done) => setTimeout(done, pause));
      if (replaying === mine) await move(at + 1);
    }
    if (replaying === mine) stop();
  }

  slider.addEventListener("input", () => {
    stop();
    move(nearest(Number(slider.value)));
  });
  // A key goes on by a moment, not by a step: many steps lie between two moments.
  slider.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    stop();
    move(at + KEYS[event.key]);
  });
  button.addEventListener("click", () => (replaying ? stop() : replay()));
  say();

  return {
    stop,
    get following() {
      return follows();
    },
    get step() {
      return moments[at];
    },
    // Back to the newest moment, where the run is followed.
    live() {
      stop();
      if (!follows()) move(newest());
    },
    /** @param {string} text */
    say(text) {
      words.textContent = text;
    },
    // steps: of the kept moments; end: the last step of the axis.
    /** @param {number[]} steps @param {number} end */
    set(steps, end) {
      // Thinning drops moments of the past: who looks at one stays at its step, not at its place.
      const held = follows() ? Infinity : moments[at];
      moments = steps;
      slider.max = String(Math.max(1, end, steps.at(-1) ?? 0));
      slider.dataset.moments = String(steps.length);
      at = Math.max(0, steps.findLastIndex((step) => step <= held));
      place();
      say();
    },
  };
}
