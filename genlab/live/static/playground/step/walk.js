// The walk through one step in slow motion: what it asks of the run, and what it waits for.
import { createSlow } from "./slow.js";

// stage: what the walk moves and asks; feed(), state(): as they are by then; broken(): the run will not move again;
// chosen(part): the stage of the walk that is shown, or null; say(): something changed. Returns {slow, begin()}.
export function mountWalk(walked, stage, say) {
  const { page, root, timeline, playback, motion, graph, ask, labels, feed, state, broken, chosen } = stage;
  // Whoever left slow motion waits no longer, nor does one whose run will not move again.
  const hopeless = () => broken() || slow.stage < 0;

  // Slow motion of a run that was just made, or is to be paused: when its first frame is there.
  async function begin() {
    const ready = () => state()?.frames.length && state().state === "paused";
    if (await page.until(ready, () => feed().eager(), broken)) slow.begin();
  }

  // The next frame after the newest one: a promise of its step, null where none comes.
  async function nextFrame(asked) {
    const after = feed().moments.at(-1) ?? -1;
    asked();
    feed().eager();
    const over = () => hopeless() || state()?.state === "finished";
    return (await page.until(() => feed().moments.at(-1) > after, () => feed().eager(), over)) ? feed().moments.at(-1) : null;
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
      return step;
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
        return timeline.following ? playback.follow() : playback.seek(timeline.step, 0);
      }
      graph.light(part.lit);
      playback.seek(step, part.moves && ahead ? 1600 : 0, part.morph && ahead ? () => motion.morph() : undefined);
    },
  }, say);
  return { slow, begin };
}
