// The walk through one step in slow motion: what it asks of the run, and what it waits for.
import { createSlow } from "./slow.js";

// stage: what the walk moves and asks; feed(), state(): as they are by then; broken(): the run will not move again;
// chosen(part): the stage of the walk that is shown, or null; say(): something changed. Returns {slow, begin()}.
/** @typedef {import("../types.js").Stage} Stage */
/**
 * @param {Stage[]} walked
 * @param {{page: import("../types.js").Page, root: HTMLElement, timeline: import("../types.js").Timeline,
 *   playback: import("../types.js").Playback, motion: import("../types.js").Motion, graph: import("../types.js").Graphs,
 *   ask: import("../types.js").Ask, labels: Record<string, string>, feed: () => import("../types.js").Feed,
 *   state: () => import("../../core/lab.js").RunNews | null, broken: () => boolean, chosen: (part: Stage | null) => void}} stage
 * @param {() => void} say
 */
export function mountWalk(walked, stage, say) {
  const { page, root, timeline, playback, motion, graph, ask, labels, feed, state, broken, chosen } = stage;
  // Whoever left slow motion waits no longer, nor does one whose run will not move again.
  const hopeless = () => broken() || slow.stage < 0;

  // Slow motion of a run that was just made, or is to be paused: when its first frame is there.
  async function begin() {
    const ready = () => state()?.state === "paused" && feed().moments.length > 0;
    if (await page.until(ready, () => feed().eager(), broken)) slow.begin();
  }

  // The next frame after the newest one: a promise of its step, null where none comes.
  /** @param {() => void} asked */
  async function nextFrame(asked) {
    const after = feed().moments.at(-1) ?? -1;
    asked();
    feed().eager();
    const over = () => hopeless() || state()?.state === "finished";
    const newest = () => feed().moments.at(-1) ?? -1;
    return (await page.until(() => newest() > after, () => feed().eager(), over)) ? newest() : null;
  }

  const slow = createSlow(walked, {
    async hold() {
      timeline.stop();
      if (state()?.state === "running") {
        ask({ do: "slow" });
        await page.until(() => state()?.state !== "running", () => feed().eager(), hopeless);
      }
      // The server makes a frame of the step at which a run pauses; what is walked through begins there.
      if (!(await page.until(() => feed().moments.at(-1) === state()?.step, () => feed().eager(), hopeless))) return null;
      const step = feed().moments.at(-1);
      await playback.seek(step, 0);
      return step ?? null;
    },
    step: (part) => nextFrame(() => ask({ do: part })),
    over() {
      page.hint.textContent = labels.slowOver;
    },
    show(part, step, ahead) {
      chosen(part);
      if (!part) {
        delete root.dataset.stage;
        playback.restart();
        if (timeline.following) playback.follow();
        else playback.seek(timeline.step, 0);
        return;
      }
      graph.light(part.lit);
      playback.seek(step, part.moves && ahead ? 1600 : 0, part.morph && ahead ? () => motion.morph() : undefined);
    },
  }, say);
  return { slow, begin };
}
