// The overview: which part hands what to which, with a live picture in each, and arrows back for the gradients.
import { digits } from "../shared/formula.js";
import { drawScene } from "./scene.js";

// Places in a box of 100 x 38; a node's picture is WIDE wide, the verdict's a little more. Arrows back: a name, then
// the points of the line.
const GAN = {
  nodes: { noise: [0, 1], generator: [19.5, 1], fakes: [39, 1], real: [39, 21], critic: [59, 9.5], verdict: [80, 9.5] },
  arrows: [["noise", "generator"], ["generator", "fakes"], ["fakes", "critic"], ["real", "critic"],
           ["critic", "verdict"]],
  backs: [["back-critic", 88, 27, 88, 31, 66, 31, 66, 28.5],
          ["back-generator", 88, 9, 88, 4, 57, 4, 57, -0.5, 26.5, -0.5, 26.5, 0.7]],
};
const ENCODES = {
  nodes: { real: [0, 1], encoder: [20, 1], latent: [41, 1], decoder: [62, 1], rebuilt: [83, 1], verdict: [40, 22] },
  arrows: [["real", "encoder"], ["encoder", "latent"], ["latent", "decoder"], ["decoder", "rebuilt"],
           ["rebuilt", "verdict"], ["real", "verdict"]],
  backs: [["back-encoder", 50, 21.5, 50, 20.2, 27.5, 20.2, 27.5, 19.5]],
};
export const GRAPHS = { gan: GAN, vae: ENCODES, ae: ENCODES };
const WIDE = 15;
const HEIGHT = 38;
const PICTURES = {
  noise: ["noise"], generator: ["grid"], fakes: ["fakes"], real: ["data"], critic: ["field"],
  latent: ["prior", "latent"], decoder: ["grid"], rebuilt: ["reconstructions"],
};
// What the stage shows while one points at a part; at the others the person's layers stay.
const POINTED = {
  noise: ["data", "noise", "fakes"], generator: ["data", "fakes", "grid"], fakes: ["fakes"], real: ["data"],
  critic: ["data", "fakes", "field"], latent: ["prior", "latent"], decoder: ["data", "fakes", "grid"],
  rebuilt: ["data", "reconstructions"],
};
// These show how noise becomes samples.
const MORPHS = ["noise", "generator", "decoder"];

// onPoint(part, its layers or none, whether it morphs), with null when one points at none.
export function mountGraph(root, { family, labels, onPoint }) {
  const { nodes, arrows, backs } = GRAPHS[family];
  const had = (layers) => layers.filter((layer) => layer !== "prior" || family !== "ae"); // an AE has no prior
  const line = (points, part, kind) =>
    `<polyline points="${points}" class="gl-play-${kind}" ${part}
      marker-end="url(#gl-play-head${kind === "back" ? "-back" : ""})"/>`;
  const middle = ([x, y]) => [x + WIDE / 2, y + WIDE / 2];
  const forward = arrows.map(([from, to]) => {
    const [a, b] = [middle(nodes[from]), middle(nodes[to])];
    const far = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const cut = WIDE / 2 / (Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])) / far) + 0.8;
    const [ux, uy] = [(b[0] - a[0]) / far, (b[1] - a[1]) / far];
    const ends = `${a[0] + ux * cut},${a[1] + uy * cut} ${b[0] - ux * (cut + 0.6)},${b[1] - uy * (cut + 0.6)}`;
    return line(ends, `data-from="${from}" data-to="${to}"`, "forth");
  });
  const back = backs.map(([name, ...points]) => line(points.join(" "), `data-part="${name}"`, "back"));
  const head = (id, colour) => `<marker id="${id}" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="4" markerHeight="4"
    orient="auto"><path d="M0,0L6,3L0,6z" fill="${colour}"/></marker>`;
  root.innerHTML = `<svg viewBox="0 0 100 ${HEIGHT}" aria-hidden="true"><defs>${head("gl-play-head", "currentColor")}
    ${head("gl-play-head-back", "currentColor")}</defs>${forward.join("")}${back.join("")}</svg>`;
  const boxes = {};
  for (const [name, [x, y]] of Object.entries(nodes)) {
    const box = root.appendChild(document.createElement("button"));
    box.type = "button";
    box.className = "gl-play-node";
    box.dataset.part = name;
    box.dataset.testid = `part-${name}`;
    Object.assign(box.style, { left: `${x}%`, top: `${(y / HEIGHT) * 100}%` });
    const picture = name === "verdict" || name === "encoder" ? "output" : "canvas";
    boxes[name] = box.appendChild(document.createElement(picture));
    box.appendChild(document.createElement("span")).textContent = labels.parts[name];
    if (name === "encoder") boxes[name].textContent = labels.parts.encoderSymbol;
    box.setAttribute("aria-label", `${labels.parts[name]}: ${labels.partSays[name]}`);
    const layers = name in POINTED ? had(POINTED[name]) : null;
    const point = () => onPoint(name, layers, MORPHS.includes(name));
    for (const event of ["pointerenter", "focus", "click"]) box.addEventListener(event, point);
    for (const event of ["pointerleave", "blur"]) box.addEventListener(event, () => onPoint(null));
  }

  return {
    // pictures: frame -> each part's own layers; scene: as for drawScene, without layers
    draw(scene) {
      for (const [name, layers] of Object.entries(PICTURES)) {
        if (boxes[name]) drawScene(boxes[name], { ...scene, dot: 1, layers: new Set(had(layers)) });
      }
    },
    say(values) {
      const known = labels.verdict.filter(([key]) => key in values);
      const rows = known.map(([key, text]) => `${text} ${digits(values[key])}`);
      boxes.verdict.textContent = rows.join("\n");
    },
    light(parts) {
      for (const element of root.querySelectorAll("[data-part]"))
        element.classList.toggle("gl-play-lit", parts.includes(element.dataset.part));
      for (const arrow of root.querySelectorAll("[data-from]"))
        arrow.classList.toggle("gl-play-lit", [arrow.dataset.from, arrow.dataset.to].every((end) => parts.includes(end)));
      root.classList.toggle("gl-play-some-lit", parts.length > 0);
    },
  };
}
