// One colour, one meaning, on every page and in both themes (Okabe and Ito's palette, safe for colour-blind eyes).
export const COLORS = {
  data: "#0072B2",
  generated: "#E69F00",
  latent: "#009E73",
  prior: "#999999",
  discriminator: "#A23B72",
  reconstruction: "#56B4E9",
  kl: "#D55E00",
  js: "#CC79A7",
  value: "#8C5A2B",
  variation: "#607A50",
  transport: "#7F3FD9",
};

// Digits, and any ten classes, keep one scale of ten.
export const DIGITS = [
  "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#9c755f", "#ff9da7", "#bab0ac", "#76b7b2", "#edc948",
];

const GOLDEN = 137.508; // degrees: neighbours on this walk round the circle of hues are far apart

// The colour of a class by its number: after the ten come hues that differ as much as so many can.
/** @param {number} label */
export const classColour = (label) => DIGITS[label] ?? `hsl(${Math.round((label * GOLDEN) % 360)} 55% 55%)`;

// How many classes a legend can name: with more, colours only say which codes are of the same.
export const NAMED = DIGITS.length;
