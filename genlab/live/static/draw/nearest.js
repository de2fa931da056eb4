// The training examples nearest to a drawing, by pixels and by codes: asked for when the hand rests, never before.

import { element } from "../core/dom.js";
import { troubleOf } from "../core/lab.js";
import { parseSafetensors } from "../core/safetensors.js";
import { clear, digit, put } from "../shared/digits.js";

const FOUND = 5;
const SPACES = ["pixels", "codes"];

// data: the view's. Returns {ask(picture) of 784 grey bytes, or null where nothing is drawn; stale()}.
export function createNearest(parent, data) {
  const { labels, base, run } = data;
  const groups = SPACES.map((space) => createGroup(parent, space, data));
  let asked = null;

  async function fill(group, picture, signal) {
    try {
      const address = `${base}/lab/nearest?run=${encodeURIComponent(run.id)}&space=${group.space}`;
      const answer = await fetch(address, { method: "POST", body: picture, signal });
      if (answer.status === 200) return group.show(parseSafetensors(await answer.arrayBuffer()));
      if (answer.status === 204) return group.say(labels.nearestWait);
      if (answer.status === 503) return group.say(labels[await troubleOf(answer)] ?? labels.offline);
      const { error } = await answer.json();
      const said = { 404: error === "not found" ? labels.gone : labels.nearestMissing, 422: labels.broken };
      group.say(said[answer.status] ?? labels.offline);
    } catch {
      if (!signal.aborted) group.say(labels.offline);
    }
  }

  return {
    ask(picture) {
      asked?.abort();
      asked = new AbortController();
      for (const group of groups) picture ? fill(group, picture, asked.signal) : group.empty();
    },
    stale: () => groups.forEach((group) => group.stale()),
    destroy: () => asked?.abort(),
  };
}

function createGroup(parent, space, { labels, classes, titles }) {
  const root = element(parent, "section", "gl-draw-group", "", { "data-testid": `draw-nearest-${space}` });
  const title = element(root, "h4", "", labels[`nearest_${space}`]);
  const note = element(title, "small", "", labels[`distance_${space}`]);
  const row = element(root, "div", "gl-draw-found");
  const said = element(root, "p", "gl-draw-trouble gl-trouble", "", { role: "status" });
  const places = Array.from({ length: FOUND }, () => {
    const figure = element(row, "figure");
    const canvas = digit(figure, labels.example);
    return { canvas, caption: element(figure, "figcaption", "", "\u2007") };
  });

  function empty() {
    delete root.dataset.stale;
    said.textContent = "";
    note.textContent = labels[`distance_${space}`];
    for (const { canvas, caption } of places) {
      clear(canvas);
      caption.textContent = "\u2007";
    }
  }

  return {
    space,
    empty,
    say(text) {
      empty();
      said.textContent = text;
    },
    stale: () => (root.dataset.stale = "true"),
    show({ tensors, metadata }) {
      empty();
      const images = tensors.get("images").data;
      const count = Number(metadata.count).toLocaleString("en-US");
      note.textContent = `${labels[`distance_${space}`]} · ${labels.among.replace("{count}", count)
        .replace("{data}", titles[metadata.data] ?? metadata.data)}`;
      const found = tensors.get("distances").data.length; // fewer where so few were learned from
      places.slice(0, found).forEach(({ canvas, caption }, i) => {
        const name = classes[tensors.get("labels").data[i]] ?? "";
        const distance = tensors.get("distances").data[i];
        put(canvas, Float32Array.from(images.subarray(784 * i, 784 * (i + 1)), (grey) => grey / 255));
        canvas.setAttribute("aria-label", name ? `${labels.example}: ${name}` : labels.example);
        caption.replaceChildren(element(null, "b", "", name), `${name ? " · " : ""}${distance.toFixed(space === "pixels" ? 3 : 2)}`);
      });
    },
  };
}
