// The playground: the stage of one run, or eight runs that differ in their seed.
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { mountFan } from "./fan.js";
import { createStage } from "./stage.js";

export const mount = mounted(
  /** @param {import("./types.js").PlayData} data */
  ({ run, family, target, language, noise, latents, probabilistic, terms, behind, fan }) => [
    run, family, target, language, noise, latents, probabilistic, behind, !run && fan.length > 0 && fan, terms.map(({ key }) => key),
  ],
  ({ data, parentElement: parent, setTriggerValue, setStateValue }) => {
    parent.querySelectorAll(".gl-play").forEach((old) => old.remove());
    const root = element(parent, "div", "gl-play");
    /** @type {import("./types.js").Ask} */
    const ask = (wish) => setTriggerValue("ask", wish);
    if (!data.run && data.fan.length) return mountFan(root, data, ask);
    return createStage(root, data, { ask, tell: setTriggerValue, keep: setStateValue });
  },
);
