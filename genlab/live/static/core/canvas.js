// A canvas as sharp as the screen: as many pixels as its place on the page has.

// What draws on a canvas; every browser has it. readBack: it is read at every move, and must not lie on the graphics card.
/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas, readBack = false) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", readBack ? { willReadFrequently: true } : undefined));
}

// Fits a canvas to its place on the page and the screen's pixels; returns its context, scaled to CSS pixels.
/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function sharp(canvas, width, height) {
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// Gives a canvas the pixels of its place on the page (a square, or so high); returns context and side, in CSS pixels.
/** @param {HTMLCanvasElement} canvas @param {number} [height] */
export function square(canvas, height) {
  const side = Math.max(24, Math.round(canvas.clientWidth || 120));
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const size = { width: Math.round(side * ratio), height: Math.round((height ?? side) * ratio) };
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, side, height ?? side);
  return { context, side };
}

// Paints grey pictures of one size. white: the number that is white, 1 or a byte's 255; what lies beyond is clamped.
// Returns paint(context, numbers, left, top, from): the picture whose first number stands at `from`.
/** @param {number} width @param {number} height */
export function greyPainter(width, height, white = 1) {
  const image = new ImageData(width, height);
  const pixels = image.data.fill(255);
  const scale = 255 / white;
  /** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} numbers */
  return (context, numbers, left = 0, top = 0, from = 0) => {
    for (let i = 0; i < width * height; i++) {
      const grey = numbers[from + i] * scale;
      pixels[4 * i] = grey;
      pixels[4 * i + 1] = grey;
      pixels[4 * i + 2] = grey;
    }
    context.putImageData(image, left, top);
  };
}
