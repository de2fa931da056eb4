// The training examples nearest to a drawing, by pixels and by codes: asked for when the hand rests, never before.

import { element } from "../core/dom.js";
import { troubleOf } from "../core/lab.js";
import { parseSafetensors } from "../core/safetensors.js";
import { numbersOf } from "../maths/tensors.js";
import { fill as wording } from "../core/words.js";
import { clear, digit, put, rename } from "../shared/digits.js";

/** @typedef {import("./index.js").DrawData} DrawData */
/** @typedef {"pixels" | "codes"} Space */

const FOUND = 5;
/** @type {Space[]} */
const SPACES = ["pixels", "codes"];

// data: the view's. Returns {ask(picture) of 784 grey bytes, or null where nothing is drawn; stale()}.
/** @param {Element} parent @param {DrawData} data */
export function createNearest(parent, data) {
  const { labels, base, run } = data;
  const groups = SPACES.map((space) => createGroup(parent, space, data));
  /** @type {AbortController | null} */
  let asked = null;

  /** @param {ReturnType<typeof createGroup>} group @param {Uint8Array<ArrayBuffer>} picture
   * @param {AbortSignal} signal */
  async function fill(group, picture, signal) {
    try {
      const address = `${base}/lab/nearest?run=${encodeURIComponent(run.id)}&space=${group.space}`;
      const answer = await fetch(address, { method: "POST", body: picture, signal });
      if (answer.status === 200) return group.show(parseSafetensors(await answer.arrayBuffer()));
      if (answer.status === 204) return group.say(labels.nearestWait);
      if (answer.status === 503) return group.say(labels[await troubleOf(answer)] ?? labels.offline);
      const { error } = await answer.json();
      if (answer.status === 422) return group.say(labels.broken);
      if (answer.status !== 404) return group.say(labels.offline);
      group.say(error === "not found" ? labels.gone : labels.nearestMissing);
    } catch {
      if (!signal.aborted) group.say(labels.offline);
    }
  }

  return {
    /** @param {Uint8Array<ArrayBuffer> | null} picture */
    ask(picture) {
      asked?.abort();
      asked = new AbortController();
      for (const group of groups) picture ? fill(group, picture, asked.signal) : group.empty();
    },
    stale: () => groups.forEach((group) => group.stale()),
    destroy: () => asked?.abort(),
  };
}

/** @param {Element} parent @param {Space} space @param {DrawData} data */
function createGroup(parent, space, { labels, classes, titles }) {
  const root = element(parent, "section", "gl-draw-group", "", { "data-testid": `draw-nearest-${space}` });
  const title = element(root, "h4", "", labels[`nearest_${space}`]);
  const note = element(title, "small", "", labels[`distance_${space}`]);
  const row = element(root, "div", "gl-draw-found");
  const said = element(root, "p", "gl-draw-trouble gl-trouble", "", { role: "status" });
  const places = Array.from({ length: FOUND }, () => {
    const figure = element(row, "figure");
    const canvas = digit(figure, `${labels.example}: ${labels.told_empty}`);
    return { canvas, caption: element(figure, "figcaption", "", "\u2007") };
  });

  function empty() {
    delete root.dataset.stale;
    said.textContent = "";
    note.textContent = labels[`distance_${space}`];
    for (const { canvas, caption } of places) {
      clear(canvas);
      rename(canvas, `${labels.example}: ${labels.told_empty}`);
      caption.textContent = "\u2007";
    }
  }

  return {
    space,
    empty,
    /** @param {string} text */
    say(text) {
      empty();
      said.textContent = text;
    },
    stale: () => (root.dataset.stale = "true"),
    /** @param {import("../core/safetensors.js").File} found */
    show({ tensors, metadata }) {
      empty();
      const images = numbersOf(tensors, "images");
      const count = Number(metadata.count).toLocaleString("en-US");
      note.textContent = `${labels[`distance_${space}`]} · ${labels.among.replace("{count}", count)
        .replace("{data}", titles[metadata.data] ?? metadata.data)}`;
      const found = numbersOf(tensors, "distances"); // fewer where so few were learned from
      places.slice(0, found.length).forEach(({ canvas, caption }, i) => {
        const name = classes[numbersOf(tensors, "labels")[i]] ?? "";
        const distance = found[i];
        put(canvas, Float32Array.from(images.subarray(784 * i, 784 * (i + 1)), (grey) => grey / 255));
        const far = distance.toFixed(space === "pixels" ? 3 : 2);
        rename(canvas, [labels.example, name, wording(labels.told_distance, { n: far })].filter(Boolean).join(", "));
        caption.replaceChildren(element(null, "b", "", name), `${name ? " · " : ""}${far}`);
      });
    },
  };
}
