// What is shown, whose it is: a component of its own, above an instrument that has no time slider.
import { mountShown } from "../shared/shown.js";

const bars = new WeakMap();

export function mount({ data, parentElement, setTriggerValue }) {
  if (!bars.has(parentElement)) {
    const root = parentElement.appendChild(document.createElement("div"));
    bars.set(parentElement, mountShown(root, () => setTriggerValue("fork", true)));
  }
  bars.get(parentElement).update(data);
}
