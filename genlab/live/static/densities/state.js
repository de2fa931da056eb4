// What a person sees and sets: the presets, the number shown, and the address that holds it all.
import { LIMITS, MOST, withWeights } from "../maths/mixtures/mixture_edits.js";

/** @typedef {import("../maths/mixtures/mixtures.js").Component} Component */
/** @typedef {import("../maths/mixtures/mixtures.js").Mixture} Mixture */
/** @typedef {import("../maths/mixtures/mixtures.js").Divergences} Divergences */
/** @typedef {"missed" | "extra" | "between" | "sliding" | "asymmetric" | "equal"} PresetKey */
/** @typedef {keyof Divergences} IntegralKey the numbers whose integrand can be shown */
/** @typedef {IntegralKey | "d_star"} NumberKey */
/** @typedef {Record<NumberKey, number>} Values */
/** @typedef {{p: Mixture, q: Mixture, number: IntegralKey, sliding: boolean}} State */
/**
 * @typedef {object} NumberTerm of one number
 * @property {NumberKey} key
 * @property {string} name
 * @property {string} label
 * @property {string} unit
 * @property {string} expect
 * @property {string} color
 * @property {string} formula MathML
 * @property {string} integrand what it is called
 */
/** @typedef {{see: Record<string, string>, directions: Record<string, string>, slide: Record<string, string>}} WordGroups */
/** @typedef {Record<string, string> & WordGroups} Words */
/**
 * @typedef {object} DensitiesData what genlab/live/widgets/densities.py hands over
 * @property {NumberTerm[]} numbers
 * @property {{key: PresetKey, title: string}[]} presets
 * @property {Words} labels
 * @property {string} language
 * @property {Record<string, string> | null} given
 */

export const REACH = 12; // the picture shows x from -REACH to REACH; the numbers reach all tails

/** @param {number} mean @param {number} std @returns {Mixture} */
const one = (mean, std) => [{ mean, std, weight: 1 }];
/** @param {number} distance @param {number} std @returns {Mixture} */
const two = (distance, std, weight = 0.5) => [
  { mean: -distance, std, weight },
  { mean: distance, std, weight: 1 - weight },
];

/** @type {Record<PresetKey, {p: Mixture, q: Mixture}>} */
export const PRESETS = {
  missed: { p: two(3, 0.7), q: one(3, 0.7) },
  extra: { p: one(3, 0.7), q: two(3, 0.7) },
  between: { p: two(2.5, 0.7, 0.6), q: one(-0.6, 0.8) },
  sliding: { p: one(-5, 0.6), q: one(1, 0.6) },
  asymmetric: { p: one(0, 0.5), q: one(0, 2) },
  equal: { p: two(2.5, 0.8, 0.6), q: two(2.5, 0.8, 0.6) },
};
/** @type {PresetKey} */
export const USUAL = "missed";
// The numbers whose integrand can be shown, and the one that each preset begins with.
/** @type {IntegralKey[]} */
export const NUMBERS = ["kl_pq", "kl_qp", "js", "tv", "w1", "cost"];
/** @type {Record<PresetKey, IntegralKey>} */
export const TELLING = { missed: "kl_pq", extra: "kl_qp", between: "kl_pq", sliding: "js", asymmetric: "kl_pq",
                         equal: "js" };

const PRESET_KEYS = /** @type {PresetKey[]} */ (Object.keys(PRESETS));

/** @param {Mixture} mixture */
const copy = (mixture) => mixture.map((part) => ({ ...part }));

/** @param {PresetKey} name @returns {State} */
export function preset(name) {
  return { p: copy(PRESETS[name].p), q: copy(PRESETS[name].q), number: TELLING[name], sliding: name === "sliding" };
}

/** @param {number} a @param {number} b */
const close = (a, b) => Math.abs(a - b) < 1e-6;

/** @param {Mixture} first @param {Mixture} second @param {(keyof Component)[]} fields */
function same(first, second, fields) {
  return first.length === second.length
    && first.every((part, k) => fields.every((field) => close(part[field], second[k][field])));
}

// The preset that this state is, null when a hand has changed it; "sliding" lasts while its panel does.
/** @param {{p: Mixture, q: Mixture, sliding: boolean}} state */
export function presetOf({ p, q, sliding }) {
  if (sliding) return "sliding";
  /** @type {(keyof Component)[]} */
  const fields = ["mean", "std", "weight"];
  return PRESET_KEYS.find((name) => same(p, PRESETS[name].p, fields) && same(q, PRESETS[name].q, fields))
    ?? null;
}

/** @param {number} number */
const short = (number) => String(Number(number.toFixed(5)));

/** @param {Mixture} mixture */
export function format(mixture) {
  return mixture.map(({ mean, std, weight }) => [mean, std, weight].map(short).join(",")).join(";");
}

// "mean,std,weight;..." as a mixture, or null where it is not one that could be made by hand.
/** @param {string | null} text */
export function parse(text) {
  /** @param {string} word */
  const numeric = (word) => (word.trim() ? Number(word) : NaN);
  const parts = (text ?? "").split(";").map((part) => part.split(",").map(numeric));
  if (parts.length > MOST) return null;
  /** @param {number} value @param {[number, number]} range */
  const within = (value, [low, high]) => value >= low && value <= high;
  for (const part of parts) {
    if (part.length !== 3 || !part.every(Number.isFinite)) return null;
    const [mean, std, weight] = part;
    if (!within(mean, LIMITS.mean) || !within(std, LIMITS.std) || !(weight > 0 && weight <= 1)) return null;
  }
  const mixture = parts.map(([mean, std, weight]) => ({ mean, std, weight }));
  return withWeights(mixture, mixture.map((part) => part.weight));
}

// Where D* is told of at first: in the middle of the usual two densities it would be 1/2 whatever they are.
const PROBE = 1;

export const OURS = ["preset", "p", "q", "number", "at"];

// What an address says (its search, as text or URLSearchParams): its preset, over it its mixtures, the number shown and the place that D* is
// told of; what is wrong in it is ignored.
/** @param {string | URLSearchParams} search */
export function fromAddress(search) {
  const params = new URLSearchParams(search);
  const asked = params.get("preset");
  const state = preset(PRESET_KEYS.find((key) => key === asked) ?? USUAL);
  const number = NUMBERS.find((key) => key === params.get("number")) ?? state.number;
  const [p, q] = [parse(params.get("p")) ?? state.p, parse(params.get("q")) ?? state.q];
  const at = Number(params.get("at") ?? PROBE);
  return { p, q, number, probe: Math.abs(at) <= REACH ? at : PROBE, sliding: state.sliding && p.length + q.length === 2 };
}

// A state as texts of the address, null where it need not be told. probe: the place of D*, where it is to be told.
/** @param {State} state */
export function toAddress(state, probe = PROBE) {
  const name = presetOf(state);
  /** @type {Record<string, string | null>} */
  const texts = Object.fromEntries(OURS.map((key) => [key, null]));
  if (name && name !== USUAL) texts.preset = name;
  for (const mixture of /** @type {const} */ (["p", "q"])) {
    const text = format(state[mixture]);
    if (!name || text !== format(PRESETS[name][mixture])) texts[mixture] = text;
  }
  if (state.number !== TELLING[name ?? USUAL]) texts.number = state.number;
  if (probe !== PROBE) texts.at = short(probe);
  return texts;
}
