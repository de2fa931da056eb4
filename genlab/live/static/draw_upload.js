// A picture from a file, the clipboard or a drop: read by the server, which answers ink, or why not.

const MOST_BYTES = 2 * 2 ** 20;
const SHRUNK = 1600; // pixels of the longer side of a photo that is made smaller before it is sent

// labels: problem_KIND, with {got} in them. Returns {ink: Uint8Array} or {said: why there is none}.
export async function readPicture(file, base, labels) {
  const refuse = (problem, got = "") => ({
    said: (labels[`problem_${problem}`] ?? labels.offline).replace("{got}", got),
  });
  // A phone's photo is larger than what is sent, and need not be.
  const body = file.size > MOST_BYTES ? await shrunk(file).catch(() => null) : file;
  if (!body || body.size > MOST_BYTES) return refuse("size", `${(file.size / 2 ** 20).toFixed(1)} MB`);
  try {
    const answer = await fetch(`${base}/lab/picture`, { method: "POST", body });
    if (answer.ok) return { ink: new Uint8Array(await answer.arrayBuffer()) };
    const { problem, got } = await answer.json();
    return refuse(problem, got);
  } catch {
    return { said: labels.offline };
  }
}

async function shrunk(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SHRUNK / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG has no transparency
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
}
