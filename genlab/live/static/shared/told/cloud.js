// What a picture of points says of itself: where generated points lie, and where data do.
import { figure } from "../../core/format.js";
import { meanOf, varianceOf } from "./told.js";
import { fill } from "../../core/words.js";

// Points stand one after the other, `columns` numbers each, of which the first `shown` are coordinates.
/** @param {Record<string, string>} labels @param {ArrayLike<number>} drawn @param {ArrayLike<number>} data
 * @param {number} columns */
export function ofCloud(labels, drawn, data, columns, shown = columns) {
  /** @param {ArrayLike<number>} points @param {number} column */
  const own = (points, column) => Array.from(points).filter((_, i) => i % columns === column);
  /** @param {ArrayLike<number>} points @param {(values: number[]) => number} measure */
  const each = (points, measure) =>
    Array.from({ length: shown }, (_, column) => figure(measure(own(points, column)))).join(", ");
  /** @param {number[]} values */
  const wide = (values) => Math.sqrt(Math.max(0, varianceOf(values, 1)));
  const said = { n: drawn.length / columns, mean: each(drawn, meanOf), deviation: each(drawn, wide) };
  return fill(labels.told_cloud, { ...said, data: each(data, meanOf), wide: each(data, wide) });
}
