// One training step in slow motion: which stage lights what, shows what, and asks the server for which step.
import { digits } from "../../core/format.js";

const AUTO_MS = 3200;

// A sentence with the terms' present numbers in its braces.
/** @param {string} sentence @param {Record<string, number>} values */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, key) => digits(values[key]));
}

// In slow motion the losses are those of the step that is walked through, known before its frame is shown; what the
// samples are measured by belongs to the frame.
/**
 * @param {import("../types.js").Term[]} terms @param {import("../types.js").Feed} feed @param {number} known
 * @param {number} shown the frame's step
 */
export function slowValues(terms, feed, known, shown) {
  const [values, measured] = [feed.valuesAt(known), feed.valuesAt(shown)];
  for (const { key, heldOut } of terms) if (heldOut) values[key] = measured[key];
  return values;
}

// stages: as the family says them (genlab/models/play.py);
// hands: {hold() -> Promise of the step of a paused run's frame, when that is shown, step(part) -> Promise of the step of
// the frame that was made; both of null where none comes; show(stage, step, ahead), over() where none came}.
// Returns {begin, next, previous, go, leave, auto} and what stage it is at.
/**
 * @typedef {object} Hands
 * @property {() => Promise<number | null>} hold
 * @property {(part: string) => Promise<number | null>} step
 * @property {(stage: import("../types.js").Stage | null, step?: number, ahead?: boolean, known?: number) => void} show
 * @property {() => void} over
 */
/** @param {import("../types.js").Stage[]} stages @param {Hands} hands @param {() => void} changed */
export function createSlow(stages, hands, changed) {
  let at = -1;
  let busy = false;
  /** @type {number[]} */
  let held = []; // the frames' steps, by how many single steps were made since the first stage
  /** @type {ReturnType<typeof setInterval> | 0} */
  let auto = 0;
  let turn = 0; // whoever left meanwhile must not be shown a stage

  /** @param {number} stage */
  const steps = (stage) => stages.slice(0, stage + 1).filter((one) => one.moves).length;

  /** @param {number} stage @param {boolean} ahead */
  async function enter(stage, ahead) {
    const mine = ++turn;
    at = stage;
    const wanted = stages[stage];
    const need = held.length - 1 < steps(stage) + (wanted.ask ? 1 : 0);
    if (ahead && wanted.ask && need) {
      busy = true;
      changed();
      hands.show(wanted, held[steps(stage)], ahead);
      const made = await hands.step(wanted.ask);
      busy = false;
      if (mine !== turn) return;
      if (made === null) return end();
      held.push(made);
    }
    hands.show(wanted, held[Math.min(steps(stage), held.length - 1)], ahead, held.at(-1));
    changed();
  }

  async function next() {
    if (busy) return;
    if (at + 1 < stages.length) return enter(at + 1, true);
    held = held.slice(-1);
    return enter(0, true);
  }

  function previous() {
    if (!busy && at > 0) enter(at - 1, false);
  }

  // Any stage: one that lies ahead by way of those between, for each may need a step of training.
  /** @param {number} stage */
  async function go(stage) {
    if (busy || stage === at) return;
    if (stage < at) return enter(stage, false);
    while (at < stage) {
      const wanted = at + 1;
      await enter(wanted, true);
      if (at !== wanted) return; // left, over, or gone on by somebody else
    }
  }

  function stop() {
    clearInterval(auto);
    auto = 0;
  }

  function leave() {
    stop();
    turn++;
    at = -1;
    busy = false;
    hands.show(null);
    changed();
  }

  function end() {
    leave();
    hands.over();
  }

  return {
    async begin() {
      const mine = ++turn;
      busy = true;
      at = 0;
      changed();
      const first = await hands.hold();
      if (mine !== turn) return;
      if (first === null) return end();
      busy = false;
      held = [first];
      enter(0, true);
    },
    next,
    previous,
    go,
    leave,
    auto() {
      if (auto) stop();
      else auto = setInterval(next, AUTO_MS);
      changed();
    },
    get stage() {
      return at;
    },
    // The newest step that was made in slow motion: its loss is what the stages speak of.
    get known() {
      return held.at(-1) ?? -1;
    },
    get busy() {
      return busy;
    },
    get automatic() {
      return auto !== 0;
    },
  };
}
