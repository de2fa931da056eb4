// The time slider over a run's recorded moments, and a button that plays them. At its right end it follows the run.

const WHOLE_MS = 12000; // a replay of all moments takes about so long
const SHORTEST_MS = 60;
const LONGEST_MS = 600;

// onMove(step): the moment to show changed; its step, undefined before the first. It may return a promise of the moment
// being shown: a replay goes on only then.
export function mountTimeline(parent, labels, onMove) {
  const add = (tag, className) => {
    const node = parent.appendChild(document.createElement(tag));
    node.className = className;
    return node;
  };
  const button = add("button", "gl-replay");
  button.type = "button";
  button.dataset.testid = "replay";
  add("span", "").textContent = labels.moment;
  const slider = add("input", "gl-time");
  Object.assign(slider, { type: "range", min: 0, max: 0, value: 0, step: 1 });
  slider.dataset.testid = "time-slider";
  slider.setAttribute("aria-label", labels.moment);
  const words = add("output", "gl-moment");
  let moments = [];
  let following = true;
  let replaying = 0; // the number of the replay that is on; another one, or 0, ends it
  let replays = 0;

  function move(to) {
    slider.value = to;
    following = Number(slider.value) === Number(slider.max);
    return onMove(moments[Number(slider.value)]);
  }

  function say() {
    button.textContent = replaying ? "❚❚" : "▶";
    button.setAttribute("aria-label", replaying ? labels.replayStop : labels.replay);
    button.title = replaying ? labels.replayStop : labels.replay;
    button.setAttribute("aria-pressed", replaying > 0);
    button.disabled = moments.length < 2;
  }

  function stop() {
    replaying = 0;
    say();
  }

  // From where the slider stands, or from the beginning; to the present end, which the run may move on.
  async function replay() {
    const mine = ++replays;
    replaying = mine;
    say();
    await move(following ? 0 : Number(slider.value));
    while (replaying === mine && !following && parent.isConnected) {
      const pause = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, WHOLE_MS / moments.length));
      await new Promise((done) => setTimeout(done, pause));
      if (replaying === mine) await move(Number(slider.value) + 1);
    }
    if (replaying === mine) stop();
  }

  slider.addEventListener("input", () => {
    stop();
    move(slider.value);
  });
  button.addEventListener("click", () => (replaying ? stop() : replay()));
  say();

  return {
    stop,
    get following() {
      return following;
    },
    get step() {
      return moments[following ? moments.length - 1 : Number(slider.value)];
    },
    // Back to the right end, where the run is followed.
    live() {
      stop();
      if (!following) move(slider.max);
    },
    say(text) {
      words.textContent = text;
    },
    set(steps) {
      // Thinning drops moments of the past: who looks at one stays at its step, not at its place.
      const held = following ? null : moments[Number(slider.value)];
      moments = steps;
      slider.max = Math.max(0, moments.length - 1);
      if (following) slider.value = slider.max;
      else slider.value = Math.max(0, moments.findLastIndex((step) => step <= held));
      say();
    },
  };
}
