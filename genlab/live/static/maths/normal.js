// The standard normal's distribution function, right to the last digits in both tails (Cody 1969, Math. Comp. 23).
const NEAR = [
  [1.85777706184603153e-1, 3.16112374387056560, 113.864154151050156, 377.485237685302021, 3209.37758913846947],
  [1, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062],
];
const MIDDLE = [
  [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 66.1191906371416295, 298.635138197400131,
   881.952221241769090, 1712.04761263407058, 2051.07837782607147, 1230.33935479799725],
  [1, 15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963,
   4362.61909014324716, 3439.36767414372164, 1230.33935480374942],
];
const FAR = [
  [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
   1.60837851487422766e-2, 6.58749161529837803e-4],
  [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
   2.33520497626869185e-3],
];
const ROOT_PI = Math.sqrt(Math.PI);
const NORMALISER = 1 / Math.sqrt(2 * Math.PI);

/** @param {number[][]} coefficients @param {number} x */
function ratio([above, below], x) {
  let top = 0;
  let bottom = 0;
  for (let i = 0; i < above.length; i++) {
    top = top * x + above[i];
    bottom = bottom * x + below[i];
  }
  return top / bottom;
}

// erfc(x) = 1 - erf(x) of a number that is not negative.
/** @param {number} x */
function erfcOfPositive(x) {
  if (x <= 0.46875) return 1 - x * ratio(NEAR, x * x);
  if (x <= 4) return Math.exp(-x * x) * ratio(MIDDLE, x);
  if (x > 27) return 0; // below the smallest number
  const square = 1 / (x * x);
  return (Math.exp(-x * x) / x) * (1 / ROOT_PI - square * ratio(FAR, square));
}

/** @param {number} x */
export function erfc(x) {
  return x < 0 ? 2 - erfcOfPositive(-x) : erfcOfPositive(x);
}

// P(Z <= z), Z ~ N(0, 1).
/** @param {number} z */
export function cumulative(z) {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

/** @param {number} z */
export function density(z) {
  return NORMALISER * Math.exp(-0.5 * z * z);
}
