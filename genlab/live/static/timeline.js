// The time slider over a run's recorded moments. At its right end it follows the run.

// onMove(step): the moment to show changed; its step, undefined before the first.
export function mountTimeline(parent, labels, onMove) {
  const add = (tag, className) => {
    const node = parent.appendChild(document.createElement(tag));
    node.className = className;
    return node;
  };
  add("span", "").textContent = labels.moment;
  const slider = add("input", "gl-time");
  Object.assign(slider, { type: "range", min: 0, max: 0, value: 0, step: 1 });
  slider.dataset.testid = "time-slider";
  slider.setAttribute("aria-label", labels.moment);
  const words = add("output", "gl-moment");
  let moments = [];
  let following = true;

  slider.addEventListener("input", () => {
    following = Number(slider.value) === Number(slider.max);
    onMove(moments[Number(slider.value)]);
  });

  return {
    get following() {
      return following;
    },
    get step() {
      return moments[following ? moments.length - 1 : Number(slider.value)];
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
    },
  };
}
