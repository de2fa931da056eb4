// What the picture of the densities says of itself: the parts of each, and every number.
import { figure } from "../core/format.js";
import { tell } from "../shared/told/told.js";
import { fill } from "../core/words.js";
import { shown } from "./numbers.js";

/** @typedef {import("../maths/mixtures/mixtures.js").Mixture} Mixture */

/** @param {Element} canvas @param {Record<string, any>} labels @param {import("./state.js").NumberTerm[]} terms
 * @param {() => {p: Mixture, q: Mixture, values: import("./state.js").Values, probe: number}} now */
export function tellDensities(canvas, labels, terms, now) {
  tell(canvas, () => {
    const { p, q, values, probe } = now();
    /** @param {Mixture} mixture */
    const parts = (mixture) => mixture.map(({ weight, mean, std }) =>
      fill(labels.told_part, { weight: figure(weight), mean: figure(mean), std: figure(std) })).join("; ");
    const numbers = terms.map(({ key, name, unit }) =>
      `${name}${key === "d_star" ? ` (x = ${figure(probe)})` : ""} ${shown(key, values[key])} ${unit}`);
    return `${labels.picture}. p: ${parts(p)}. q: ${parts(q)}. ${numbers.join(", ")}`;
  });
}
