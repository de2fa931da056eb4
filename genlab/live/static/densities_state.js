// What a person may set: the limits, the presets, the edits of a mixture, and the address that holds it all.
export const LIMITS = { mean: [-8, 8], std: [0.1, 10], weight: [0.01, 1] };
export const MOST = 3; // components of one mixture

const one = (mean, std) => [{ mean, std, weight: 1 }];
const two = (distance, std, weight = 0.5) => [
  { mean: -distance, std, weight },
  { mean: distance, std, weight: 1 - weight },
];

export const PRESETS = {
  missed: { p: two(3, 0.7), q: one(3, 0.7) },
  extra: { p: one(3, 0.7), q: two(3, 0.7) },
  between: { p: two(2.5, 0.7, 0.6), q: one(-0.6, 0.8) },
  sliding: { p: one(-5, 0.6), q: one(1, 0.6) },
  asymmetric: { p: one(0, 0.5), q: one(0, 2) },
  equal: { p: two(2.5, 0.8, 0.6), q: two(2.5, 0.8, 0.6) },
};
export const USUAL = "missed";
// The numbers whose integrand can be shown, and the one that each preset begins with.
export const NUMBERS = ["kl_pq", "kl_qp", "js", "tv", "w1", "cost"];
export const TELLING = { missed: "kl_pq", extra: "kl_qp", between: "kl_pq", sliding: "js", asymmetric: "kl_pq",
                         equal: "js" };

export const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));
const copy = (mixture) => mixture.map((part) => ({ ...part }));

export function preset(name) {
  return { p: copy(PRESETS[name].p), q: copy(PRESETS[name].q), number: TELLING[name] };
}

const close = (a, b) => Math.abs(a - b) < 1e-6;

function same(first, second, fields) {
  return first.length === second.length
    && first.every((part, k) => fields.every((field) => close(part[field], second[k][field])));
}

// The preset that this state is; q of "sliding" may stand anywhere to the right of p. Null when a hand has changed it.
export function presetOf({ p, q }) {
  for (const [name, its] of Object.entries(PRESETS)) {
    if (!same(p, its.p, ["mean", "std", "weight"])) continue;
    if (name === "sliding" ? same(q, its.q, ["std"]) && q[0].mean >= p[0].mean : same(q, its.q, Object.keys(q[0])))
      return name;
  }
  return null;
}

// Weights of the least allowed size and more that sum to 1, in the ratios of the given ones.
function shares(weights, total) {
  const least = LIMITS.weight[0];
  const small = new Set();
  for (;;) {
    const rest = total - least * small.size;
    const sum = weights.reduce((partial, weight, k) => partial + (small.has(k) ? 0 : weight), 0);
    const scaled = weights.map((weight, k) => (small.has(k) ? least : (weight / sum) * rest));
    const below = scaled.findIndex((weight, k) => !small.has(k) && weight < least);
    if (below < 0) return scaled;
    small.add(below);
  }
}

export function withWeights(mixture, weights) {
  const scaled = shares(weights, 1);
  return mixture.map((part, k) => ({ ...part, weight: scaled[k] }));
}

// One component's weight is set, the others keep their ratios.
export function withWeight(mixture, index, weight) {
  if (mixture.length === 1) return mixture;
  const least = LIMITS.weight[0];
  const its = clamp(weight, [least, 1 - least * (mixture.length - 1)]);
  const others = shares(mixture.filter((_, k) => k !== index).map((part) => part.weight), 1 - its);
  return mixture.map((part, k) => ({ ...part, weight: k === index ? its : others[k < index ? k : k - 1] }));
}

export function withPart(mixture, index, changes) {
  return mixture.map((part, k) => {
    if (k !== index) return part;
    const { mean, std } = { ...part, ...changes };
    return { ...part, mean: clamp(mean, LIMITS.mean), std: clamp(std, LIMITS.std) };
  });
}

// One component more, beside the last one, where there is room for it.
export function withOneMore(mixture) {
  const last = mixture[mixture.length - 1];
  const step = 2 + last.std;
  const mean = last.mean + step <= LIMITS.mean[1] ? last.mean + step : clamp(last.mean - step, LIMITS.mean);
  const weight = 1 / (mixture.length + 1);
  return withWeights([...mixture, { mean, std: Math.min(last.std, 1), weight }],
                     [...mixture.map((part) => part.weight * (1 - weight)), weight]);
}

export function without(mixture, index) {
  const rest = mixture.filter((_, k) => k !== index);
  return withWeights(rest, rest.map((part) => part.weight));
}

const short = (number) => String(Number(number.toFixed(5)));

export function format(mixture) {
  return mixture.map(({ mean, std, weight }) => [mean, std, weight].map(short).join(",")).join(";");
}

// "mean,std,weight;..." as a mixture, or null where it is not one that could be made by hand.
export function parse(text) {
  const numeric = (word) => (word.trim() ? Number(word) : NaN);
  const parts = (text ?? "").split(";").map((part) => part.split(",").map(numeric));
  if (parts.length > MOST) return null;
  const within = (value, [low, high]) => value >= low && value <= high;
  for (const part of parts) {
    if (part.length !== 3 || !part.every(Number.isFinite)) return null;
    const [mean, std, weight] = part;
    if (!within(mean, LIMITS.mean) || !within(std, LIMITS.std) || !(weight > 0 && weight <= 1)) return null;
  }
  const mixture = parts.map(([mean, std, weight]) => ({ mean, std, weight }));
  return withWeights(mixture, mixture.map((part) => part.weight));
}

const OURS = ["preset", "p", "q", "number"];

// What an address says of this picture, as text.
export function ours(search) {
  const params = new URLSearchParams(search);
  return OURS.map((key) => params.get(key)).join("&");
}

// What an address says: its preset, over it its mixtures, and the number shown; what is wrong in it is ignored.
export function fromAddress(search) {
  const params = new URLSearchParams(search);
  const asked = params.get("preset");
  const state = preset(Object.hasOwn(PRESETS, asked ?? "") ? asked : USUAL);
  const number = NUMBERS.includes(params.get("number")) ? params.get("number") : state.number;
  return { p: parse(params.get("p")) ?? state.p, q: parse(params.get("q")) ?? state.q, number };
}

// The same address with this state in it; what belongs to others is kept.
export function toAddress(search, state) {
  const params = new URLSearchParams(search);
  for (const key of OURS) params.delete(key);
  const name = presetOf(state);
  if (name && name !== USUAL) params.set("preset", name);
  if (!name) params.set("p", format(state.p));
  if (!name || (name === "sliding" && !close(state.q[0].mean, PRESETS.sliding.q[0].mean)))
    params.set("q", format(state.q));
  if (state.number !== TELLING[name ?? USUAL]) params.set("number", state.number);
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%3B", ";");
  return text ? `?${text}` : "";
}
