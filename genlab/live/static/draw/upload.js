// A picture from a file, the clipboard or a drop: read by the server, which answers ink and where it was found, or why
// there is none.

import { contextOf } from "../core/canvas.js";

/** @typedef {{ink: Uint8Array, picture: Blob, crop: import("./taken.js").Crop}} Read */
/** @typedef {{said: string}} Refusal */

const MOST_BYTES = 2 * 2 ** 20;
const SHRUNK = 1600; // pixels of the longer side of a photo that is made smaller before it is sent
const SENT = ["image/png", "image/jpeg"]; // what the server reads; the browser may know more kinds

// labels: problem_KIND, with {got} in them. Returns what was read, or why there is nothing.
/** @param {File} file @param {string} base @param {Record<string, string>} labels
 * @returns {Promise<Read | Refusal>} */
export async function readPicture(file, base, labels) {
  /** @param {string} problem */
  const refuse = (problem, got = "") => ({
    said: (labels[`problem_${problem}`] ?? labels.offline).replace("{got}", got || labels.unknown),
  });
  // A phone's photo is larger than what is sent, and need not be. What this browser cannot open either is sent as it
  // is: the server says what it is, and what to do.
  const whole = SENT.includes(file.type) && file.size <= MOST_BYTES;
  const body = whole ? file : await redrawn(file).catch(() => file);
  try {
    const answer = await fetch(`${base}/lab/picture`, { method: "POST", body });
    if (answer.ok) {
      const [left, top, right, bottom] = (answer.headers.get("X-Crop") ?? "").split(",").map(Number);
      return { ink: new Uint8Array(await answer.arrayBuffer()), picture: body, crop: [left, top, right, bottom] };
    }
    const { problem, got } = await answer.json();
    return refuse(problem, got);
  } catch {
    return { said: labels.offline };
  }
}

// The picture as a file that the server reads, small enough to be sent.
/** @param {Blob} file @returns {Promise<Blob>} */
async function redrawn(file) {
  const bitmap = await createImageBitmap(file);
  for (let longest = SHRUNK; ; longest /= 2) {
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = contextOf(canvas, true);
    context.drawImage(bitmap, 0, 0, width, height);
    // JPEG has no transparency: white ink on nothing would become white on white.
    const kind = opaque(context, width, height) ? "image/jpeg" : "image/png";
    /** @type {Blob | null} */
    const made = await new Promise((done) => canvas.toBlob(done, kind, 0.9));
    if (!made) throw new Error("This browser makes no file of the picture.");
    if (made.size > MOST_BYTES && longest > 200) continue;
    bitmap.close();
    return made;
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height */
function opaque(context, width, height) {
  const { data } = context.getImageData(0, 0, width, height);
  for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return false;
  return true;
}
