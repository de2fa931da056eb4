// Before there is a run: the model that Start would train, as the server makes it from the settings.
import { parseSafetensors } from "../core/safetensors.js";

// address: of the server's answer; shown(tensors, values): told of the first frame of the latest settings, with the
// examples and noise behind it, and of its numbers. Returns ask(settings).
/** @param {string} address @param {(tensors: Map<string, import("../core/safetensors.js").Tensor>, values: Record<string, number>) => void} shown */
export function createUntrained(address, shown) {
  let latest = "";
  /** @param {Record<string, string>} settings */
  return async function ask(settings) {
    const query = new URLSearchParams(settings).toString();
    if (query === latest) return;
    latest = query;
    const answer = await fetch(`${address}?${query}`).catch(() => null);
    if (query !== latest) return;
    if (!answer || answer.status === 503) latest = ""; // the server is away or busy: the next change asks again
    if (!answer?.ok) return; // Start says what is wrong with the settings
    const { tensors, metadata } = parseSafetensors(await answer.arrayBuffer());
    if (query === latest) shown(tensors, JSON.parse(metadata.values));
  };
}
