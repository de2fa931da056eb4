// What the stage and the small fields beside it say of themselves: the numbers of the moment that is shown.
import { digits, figure } from "../../core/format.js";
import { endsOf, meanOf, tell } from "../../shared/told/told.js";
import { fill } from "../../core/words.js";
import { beliefOf } from "../../maths/playground.js";
import { ofCloud } from "../../shared/told/cloud.js";

/** @typedef {import("../types.js").Frame} Frame */

// known: the examples that are drawn. Returns say(values, frame).
/** @param {import("../types.js").Page} page @param {import("../types.js").PlayData} data
 * @param {{examples: import("../types.js").Points}} known */
export function mountSaid({ canvas, beliefs }, data, known) {
  const { labels } = data;

  /** @param {Record<string, number>} values @param {Frame} frame */
  function ofStage(values, frame) {
    const points = frame.samples ? [ofCloud(labels, frame.samples, known.examples, 2, data.dimensions)] : [];
    const terms = data.terms.filter(({ key }) => Number.isFinite(values[key]))
      .map(({ key, label, unit }) => `${label} ${digits(values[key])} ${unit}`.trim());
    return [`${labels.canvas}. ${labels.pointer.keys}`, ...points, terms.join(", ")].filter(Boolean).join(". ");
  }

  return (/** @type {Record<string, number>} */ values, /** @type {Frame} */ frame) => {
    tell(canvas, () => ofStage(values, frame));
    for (const [name, small] of Object.entries(beliefs)) {
      if (!frame.field || (name !== "field" && !frame.best)) continue;
      tell(small, () => {
        const believed = Array.from(frame.field, (_, i) => beliefOf(frame, name)(i));
        const [low, high] = endsOf(believed).map((value) => figure(value));
        return `${labels.layers[name][1]} ${fill(labels.told_belief, { mean: figure(meanOf(believed)), low, high })}`;
      });
    }
  };
}
