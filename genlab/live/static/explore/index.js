// Explore: the hand on a run's latent space, with what its atlas knows, in an address that holds the whole state.

import { createState, oneOf } from "../core/address.js";
import { mounted } from "../core/component.js";
import { passes } from "../core/lab.js";
import { COLORS, NAMED, classColour } from "../core/palette.js";
import { onAct, publish } from "../core/stage.js";
import { count, fill } from "../core/words.js";
import { zFromText, zToText } from "../maths/latent/plane.js";
import { mountLatent } from "../shared/latent/latent.js";
import { make } from "../shared/latent/page.js";
import { mountExamples } from "./examples.js";
import { createFollower } from "./feed.js";
import { createRemoteNet } from "./remote_net.js";
import { mountValues } from "./values.js";

/** @type {Record<string, string>} */
const BAR = { kl: COLORS.kl, moved: COLORS.reconstruction, redrawn: COLORS.generated };

export const mount = mounted(
  (data) => data,
  ({ data, parentElement }, _left, again) => {
    parentElement.querySelectorAll(".gl-explore").forEach((old) => old.remove());
    return createView(data, parentElement, again);
  },
);

// What the address may say: an axis is "z3" or "axis1"; z is a number for each latent, and absent at the start.
/**
 * @param {{latents: number}} data
 * @returns {Record<"across" | "up" | "z", {kind: (text: string) => string | undefined, usual: string}>}
 */
function fieldsOf({ latents }) {
  /** @param {string} text */
  const axis = (text) => {
    const found = /^(z|axis)([1-9][0-9]{0,2})$/.exec(text);
    return found && Number(found[2]) <= latents ? text : undefined;
  };
  /** @param {string} text */
  const z = (text) => (zFromText(text, latents) ? text : undefined);
  return {
    across: { kind: axis, usual: "" },
    up: { kind: axis, usual: "" },
    z: { kind: z, usual: "" },
  };
}

// again(): Back or Forward has brought another address; the view is made anew from it.
/** @param {any} data @param {Element} parent @param {() => void} again */
function createView(data, parent, again) {
  const { labels, base, latents } = data;
  const address = `${base}/lab/runs/${data.run}`;
  const root = parent.appendChild(make("div", { class: "gl-explore", "data-testid": "explore" }));
  /** @param {unknown} _values @param {unknown} _changes @param {boolean} byBack */
  const returned = (_values, _changes, byBack) => byBack && again();
  const state = createState(fieldsOf(data), returned, `explore ${data.run}`);
  // Whether codes are shown is no matter of one run.
  const shown = createState({ codes: { kind: oneOf("1"), usual: "" } }, returned, "explore codes");
  const { across, up, z } = /** @type {Record<"across" | "up" | "z", string>} */ (state.values);
  const hand = mountLatent(root, {
    labels: { ...labels, ...labels.hand },
    points: data.kind === "points",
    classes: data.told,
    noise: data.noise,
    reach: data.noise === "uniform" ? 1 : 3,
    prior: data.prior,
    all: true,
    place: { z: z ? zFromText(z, latents) : null, across, up },
    onMove: keepPlace,
  });
  const { page } = hand;
  const run = make("p", { class: "gl-explore-run" });
  page.status.before(run);
  const codes = mountCodes();
  const head = mountHead();
  mountValues(hand, latents, labels);
  const examples = data.examples
    ? mountExamples(page.left, { base, name: data.examples, classes: data.classes, labels }, (code) => hand.setZ(code))
    : null;
  /** @type {ReturnType<typeof createRemoteNet> | null} */
  let remote = null;
  let problem = "";

  function keepPlace() {
    const usual = hand.usualAxes;
    const [first, second] = hand.axes;
    state.set({
      across: first === usual[0] && second === usual[1] ? "" : first,
      up: !second || (first === usual[0] && second === usual[1]) ? "" : second,
      z: hand.moved ? zToText(hand.z) : "",
    });
    examples?.unmark();
    tellStage();
  }

  function tellStage() {
    const [across, up] = hand.axes;
    publish("explore", { state: { z: zToText(hand.z), across, up }, numbers: { z: Array.from(hand.z) } });
  }

  // z as the address has it.
  /** @param {{z?: string}} asked */
  function act({ z: asked = "" }) {
    const wanted = zFromText(asked, latents);
    if (wanted) hand.setZ(wanted);
    else tellStage();
  }

  function mountCodes() {
    const input = make("input", { type: "checkbox", "data-testid": "latent-codes-shown" });
    const words = data.kind === "points" ? labels.codesPoints : labels.codes;
    const label = make("label", { class: "gl-explore-codes" }, input, words);
    const legend = make("div", { class: "gl-explore-legend", "aria-hidden": "true" });
    const row = make("div", { class: "gl-explore-overlay", hidden: "" }, label, legend);
    page.middle.append(row);
    /** @type {string[]} */
    const classes = data.classes;
    if (classes.length <= NAMED) classes.forEach((name, index) => {
      const mark = make("span", { title: name }, data.digits ? name : `${index}`);
      mark.style.setProperty("--digit", classColour(index));
      legend.append(mark);
    });
    /** @param {boolean} on */
    const show = (on) => {
      input.checked = on;
      legend.style.visibility = on ? "visible" : "hidden";
      hand.setCodes(on);
    };
    input.addEventListener("change", () => {
      shown.set({ codes: input.checked ? "1" : "" });
      show(input.checked);
    });
    show(shown.values.codes === "1");
    return {
      /** @param {boolean} has */
      offer: (has) => (row.hidden = !has),
    };
  }

  function mountHead() {
    const worth = make("span", { class: "gl-explore-worth" });
    page.sliders.before(make("div", { class: "gl-explore-head" }, make("span", {}, labels.latent), worth));
    return {
      /** @param {string} kind @param {boolean} hasCodes */
      say(kind, hasCodes) {
        worth.textContent = labels.worth[kind === "kl" ? "kl" : hasCodes ? "moved" : "redrawn"];
        root.style.setProperty("--worth", BAR[kind] ?? BAR[hasCodes ? "moved" : "redrawn"]);
      },
    };
  }

  /** @param {string} text */
  function say(text) {
    problem = text;
    page.status.textContent = text;
  }

  const unlisten = onAct("explore", act, root);
  const follower = createFollower({
    address,
    rests: data.rests,
    watched: () => root.isConnected,
    onAtlas({ tensors, metadata }) {
      if (tensors.get("order")?.data.length !== latents) return;
      hand.setAtlas(tensors, metadata);
      head.say(metadata.importance_is, tensors.has("means"));
      codes.offer(tensors.has("means"));
      examples?.setCodes(tensors.get("means")?.data ?? null, latents);
      remote?.forget();
    },
    onDecoder(bytes) {
      remote = null;
      const broken = !hand.setWeights(bytes);
      if (!broken) say("");
      root.dataset.ready = String(hand.ready);
    },
    // A checkpoint, but no net for browsers: one of its layers is unknown to net.js. The server decodes.
    async onUnexportable() {
      remote ??= createRemoteNet(`${address}/decode`, latents, data.kind, (net) => {
        hand.setNet(net);
        say(labels.remote);
        root.dataset.ready = String(hand.ready);
      }, () => say(labels.offline));
      remote.open();
    },
    onNews(news) {
      root.dataset.state = news.state;
      root.dataset.step = String(news.step);
      const at = fill(labels.ofPlan, { n: count(news.step), plan: count(news.plan) });
      run.textContent = `${labels.states[news.state]} · ${at}`;
    },
    onTrouble(kind) {
      root.dataset.trouble = kind;
      say(kind === "notFinite" ? labels.broken : labels[kind]);
    },
    onFine() {
      const { trouble } = root.dataset;
      if (passes(trouble) && problem === labels[trouble ?? ""]) say(remote ? labels.remote : "");
      delete root.dataset.trouble;
    },
  });

  return {
    destroy() {
      unlisten();
      follower.destroy();
      state.destroy();
      shown.destroy();
      hand.destroy();
      root.remove();
    },
  };
}
