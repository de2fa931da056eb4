// Pointer and arrow keys on the plane: where the hand wants to be along its directions.

import { placeOf } from "../../maths/latent/plane.js";

/** @typedef {import("../../maths/latent/plane.js").Direction} Direction */

const STEPS = 60; // of an arrow key, from one end of the plane to the other
/** @type {Record<string, [axis: number, sign: number]>} */
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] };

// present(): {z, directions}, or null while there is nothing to move. onPlaces(from, places): the z that was there when
// the drag began (so that rounding does not add up on the way), and the wanted place on each direction.
/** @param {HTMLElement} plane @param {() => {z: Float32Array, directions: Direction[]} | null} present
 * @param {(from: Float32Array, places: number[]) => void} onPlaces */
export function mountDrag(plane, present, onPlaces) {
  /** @type {Float32Array} */
  let grip = new Float32Array(0);

  /** @param {PointerEvent} event */
  function follow(event) {
    const now = present();
    if (!now) return;
    const { directions } = now;
    const box = plane.getBoundingClientRect();
    const shares = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    onPlaces(grip, directions.map(({ low, high }, i) => low + shares[i] * (high - low)));
  }

  plane.addEventListener("pointerdown", (event) => {
    const now = present();
    if (!now) return;
    plane.setPointerCapture(event.pointerId);
    grip = Float32Array.from(now.z);
    follow(event);
  });
  plane.addEventListener("pointermove", (event) => {
    if (present() && plane.hasPointerCapture(event.pointerId)) follow(event);
  });
  plane.addEventListener("keydown", (event) => {
    const [axis, sign] = KEYS[event.key] ?? [];
    const now = present();
    if (axis === undefined || !now || axis >= now.directions.length) return;
    event.preventDefault();
    const { z, directions } = now;
    const places = directions.map((direction) => placeOf(z, direction));
    places[axis] += (sign * (event.shiftKey ? 5 : 1) * (directions[axis].high - directions[axis].low)) / STEPS;
    onPlaces(z, places);
  });
}
