// What a chart of curves says of itself: where each curve has come to.
import { digits } from "../../core/format.js";
import { endsOf, tell } from "../told/told.js";
import { count, fill } from "../../core/words.js";

// curves: those that have values, under the names that the legend has for them.
/** @param {Element} box @param {Record<string, string>} labels @param {string} axis
 * @param {{name: string, unit: string, x: number[], y: number[]}[]} curves */
export function tellCurves(box, labels, axis, curves) {
  tell(box, () => {
    if (!curves.length) return labels.told_empty;
    const [low, high] = endsOf(curves.flatMap(({ x }) => endsOf(x))).map(count);
    const values = curves.map(({ name, unit, y }) => `${name} ${digits(y[y.length - 1])} ${unit}`.trim()).join(", ");
    return fill(labels.told_curves, { axis, low, high, values });
  });
}
