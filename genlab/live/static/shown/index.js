// What is shown, whose it is: a component of its own, above an instrument that has no time slider.
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { mountShown } from "../shared/shown/shown.js";


export const mount = mounted(
  () => null,
  ({ data, parentElement, setTriggerValue }) => {
    const root = element(parentElement, "div");
    const bar = mountShown(root, () => setTriggerValue("fork", true));
    bar.update(data);
    return { update: bar.update, destroy: () => root.remove() };
  },
);
