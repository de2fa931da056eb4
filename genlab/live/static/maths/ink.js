// Centres a drawing as MNIST's digits were centred; the same steps as genlab/data/centring.py, which says whence.

export const FIELD = 28;
const BOX = 20;
const MIDDLE = FIELD / 2;

// ink: numbers 0 (paper) to 255, width x height, row by row. {left, top, right, bottom} of what is not 0, the last two
// beyond it; null where nothing is.
/** @param {ArrayLike<number>} ink @param {number} width @param {number} height */
export function boundingBox(ink, width, height) {
  let left = width;
  let right = 0;
  let top = height;
  let bottom = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!ink[i]) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return right ? { left, top, right, bottom } : null;
}

// The drawing as a picture of MNIST's kind, Uint8Array of 28 x 28; null where there is no ink.
/** @param {ArrayLike<number>} ink @param {number} width @param {number} height */
export function centred(ink, width, height) {
  const box = boundingBox(ink, width, height);
  if (!box) return null;
  const digit = reduced(ink, width, box);
  const left = start(digit.columnMass);
  const top = start(digit.rowMass);
  const field = new Uint8Array(FIELD * FIELD);
  for (let y = 0; y < digit.rows; y++) {
    field.set(digit.pixels.subarray(y * digit.columns, (y + 1) * digit.columns), (top + y) * FIELD + left);
  }
  return field;
}

// The box with its longer side scaled to 20 pixels, each the mean of what it covers: first along rows, then columns.
/** @param {ArrayLike<number>} ink @param {number} width
 * @param {{left: number, top: number, right: number, bottom: number}} box */
function reduced(ink, width, { left, top, right, bottom }) {
  const step = Math.max(right - left, bottom - top) / BOX;
  const columns = cells(right - left, step);
  const rows = cells(bottom - top, step);
  const across = new Float64Array(columns.length);
  const sums = new Float64Array(rows.length * columns.length);
  rows.forEach((row, y) => {
    for (const [line, share] of row) {
      const from = (top + line) * width + left;
      across.fill(0);
      columns.forEach((column, x) => {
        for (const [place, part] of column) across[x] += part * ink[from + place];
      });
      for (let x = 0; x < across.length; x++) sums[y * across.length + x] += share * across[x];
    }
  });
  const pixels = Uint8Array.from(sums, (mean) => Math.floor(mean + 0.5));
  /** @type {number[]} */
  const rowMass = new Array(rows.length).fill(0);
  /** @type {number[]} */
  const columnMass = new Array(columns.length).fill(0);
  pixels.forEach((grey, i) => {
    rowMass[Math.floor(i / columns.length)] += grey;
    columnMass[i % columns.length] += grey;
  });
  return { pixels, rows: rows.length, columns: columns.length, rowMass, columnMass };
}

// For each cell of `step` pixels along a side: [pixel, share of the cell that it covers].
/** @param {number} side @param {number} step */
function cells(side, step) {
  const count = Math.max(1, Math.ceil(side / step - 1e-9));
  return Array.from({ length: count }, (_, i) => {
    /** @type {[number, number][]} */
    const covered = [];
    for (let pixel = Math.floor(i * step); pixel < Math.min(side, (i + 1) * step); pixel++) {
      const part = Math.min((i + 1) * step, pixel + 1) - Math.max(i * step, pixel);
      if (part > 0) covered.push([pixel, part / step]);
    }
    return covered;
  });
}

// Where a profile of masses begins in the field, so that its centre of mass is at the middle, as far as the field goes.
/** @param {number[]} mass */
function start(mass) {
  const total = mass.reduce((sum, value) => sum + value, 0);
  const moment = mass.reduce((sum, value, i) => sum + i * value, 0);
  const centre = total ? Math.floor((2 * moment + total) / (2 * total)) : Math.floor(mass.length / 2);
  return Math.min(Math.max(MIDDLE - centre, 0), FIELD - mass.length);
}

// The share of the sheet that is inked, from 0 to 1.
/** @param {ArrayLike<number>} ink */
export function inkedShare(ink) {
  let sum = 0;
  for (let i = 0; i < ink.length; i++) sum += ink[i];
  return sum / (255 * ink.length);
}
