// A picture from a file, the clipboard or a drop: read by the server, which answers ink and where it was found, or why
// there is none.

const MOST_BYTES = 2 * 2 ** 20;
const SHRUNK = 1600; // pixels of the longer side of a photo that is made smaller before it is sent
const SENT = ["image/png", "image/jpeg"]; // what the server reads; the browser may know more kinds

// labels: problem_KIND, with {got} in them. Returns {ink: Uint8Array, picture: Blob, crop: [left, top, right, bottom]},
// the crop as shares of width and height, or {said: why there is none}.
export async function readPicture(file, base, labels) {
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
      const crop = answer.headers.get("X-Crop").split(",").map(Number);
      return { ink: new Uint8Array(await answer.arrayBuffer()), picture: body, crop };
    }
    const { problem, got } = await answer.json();
    return refuse(problem, got);
  } catch {
    return { said: labels.offline };
  }
}

// The picture as a file that the server reads, small enough to be sent.
async function redrawn(file) {
  const bitmap = await createImageBitmap(file);
  for (let longest = SHRUNK; ; longest /= 2) {
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0, width, height);
    // JPEG has no transparency: white ink on nothing would become white on white.
    const kind = opaque(context, width, height) ? "image/jpeg" : "image/png";
    const made = await new Promise((done) => canvas.toBlob(done, kind, 0.9));
    if (made.size > MOST_BYTES && longest > 200) continue;
    bitmap.close();
    return made;
  }
}

function opaque(context, width, height) {
  const { data } = context.getImageData(0, 0, width, height);
  for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return false;
  return true;
}
