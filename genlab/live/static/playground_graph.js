// The overview: which part hands what to which, with a live picture in each, and arrows back for the gradients.
import { drawScene } from "./playground_scene.js";
import { digits } from "./formula.js";

// Places in a box of 100 x 44; a node's picture is 15 wide. Arrows: [from, to] or [from, to, name of the way back].
const GAN = {
  nodes: {
    noise: [2, 2], generator: [22, 2], fakes: [42, 2], real: [42, 25], critic: [62, 13], verdict: [82, 13],
  },
  arrows: [["noise", "generator"], ["generator", "fakes"], ["fakes", "critic"], ["real", "critic"], ["critic", "verdict"]],
  backs: [["back-critic", 89, 29, 69, 29], ["back-generator", 69, 12, 69, 1, 29, 1]],
};
const ENCODES = {
  nodes: { real: [2, 2], encoder: [22, 2], latent: [42, 2], decoder: [62, 2], rebuilt: [82, 2], verdict: [42, 25] },
  arrows: [["real", "encoder"], ["encoder", "latent"], ["latent", "decoder"], ["decoder", "rebuilt"], ["rebuilt", "verdict"], ["real", "verdict"]],
  backs: [["back-encoder", 50, 24, 50, 21.5, 29, 21.5]],
};
export const GRAPHS = { gan: GAN, vae: ENCODES, ae: ENCODES };
const WIDE = 15;
const PICTURES = {
  noise: ["noise"], generator: ["grid"], fakes: ["fakes"], real: ["data"], critic: ["field"],
  latent: ["prior", "latent"], decoder: ["grid"], rebuilt: ["reconstructions"],
};
// A lit picture of these shows how noise becomes samples.
const MORPHS = ["noise", "generator"];

export function mountGraph(root, { family, labels, onMorph }) {
  const { nodes, arrows, backs } = GRAPHS[family];
  const line = (points, name) =>
    `<polyline points="${points}" marker-end="url(#gl-play-head${name ? "-back" : ""})" ${name ? `data-part="${name}" class="gl-play-back"` : ""}/>`;
  const middle = ([x, y]) => [x + WIDE / 2, y + WIDE / 2];
  const forward = arrows.map(([from, to]) => {
    const [a, b] = [middle(nodes[from]), middle(nodes[to])];
    const far = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const cut = WIDE / 2 / (Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])) / far) + 0.8;
    const [ux, uy] = [(b[0] - a[0]) / far, (b[1] - a[1]) / far];
    return line(`${a[0] + ux * cut},${a[1] + uy * cut} ${b[0] - ux * (cut + 0.6)},${b[1] - uy * (cut + 0.6)}`);
  });
  const back = backs.map(([name, ...points]) => line(points.join(" "), name));
  const head = (id, colour) => `<marker id="${id}" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="4" markerHeight="4"
    orient="auto"><path d="M0,0L6,3L0,6z" fill="${colour}"/></marker>`;
  root.innerHTML = `<svg viewBox="0 0 100 44" aria-hidden="true"><defs>${head("gl-play-head", "currentColor")}
    ${head("gl-play-head-back", "#D55E00")}</defs>${forward.join("")}${back.join("")}</svg>`;
  const boxes = {};
  for (const [name, [x, y]] of Object.entries(nodes)) {
    const morphs = MORPHS.includes(name);
    const box = root.appendChild(document.createElement(morphs ? "button" : "div"));
    box.className = "gl-play-node";
    box.dataset.part = name;
    box.dataset.testid = `part-${name}`;
    Object.assign(box.style, { left: `${x}%`, top: `${(y / 44) * 100}%` });
    const picture = name === "verdict" || name === "encoder" ? "output" : "canvas";
    boxes[name] = box.appendChild(document.createElement(picture));
    box.appendChild(document.createElement("span")).textContent = labels.parts[name];
    if (name === "encoder") boxes[name].textContent = labels.parts.encoderSymbol;
    if (!morphs) continue;
    box.title = labels.morph;
    box.setAttribute("aria-label", `${labels.parts[name]}: ${labels.morph}`);
    for (const event of ["pointerenter", "focus", "click"]) box.addEventListener(event, () => onMorph());
  }

  return {
    // pictures: frame -> each part's own layers; scene: as for drawScene, without layers
    draw(scene) {
      for (const [name, layers] of Object.entries(PICTURES))
        if (boxes[name]) drawScene(boxes[name], { ...scene, dot: 1, layers: new Set(layers) });
    },
    say(values) {
      const rows = labels.verdict.filter(([key]) => key in values).map(([key, text]) => `${text} ${digits(values[key])}`);
      boxes.verdict.textContent = rows.join("\n");
    },
    light(parts) {
      for (const element of root.querySelectorAll("[data-part]"))
        element.classList.toggle("gl-play-lit", parts.includes(element.dataset.part));
      root.classList.toggle("gl-play-some-lit", parts.length > 0);
    },
  };
}
