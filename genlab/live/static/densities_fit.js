// The buttons that fit q to p by either KL, and the fit that goes on in the picture's frames.
import { createFit } from "./mixture_fit.js";
import { show } from "./densities_numbers.js";

const JUMP = 40; // steps at once, and
const PAUSE = 300; // ms between them, where the system asks for reduced motion
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

// begin(key): a fit by this number begins, gives {p, q}; request(): asks for a frame; ended(): it has come to rest.
export function mountFit(root, labels, button, { begin, request, ended }) {
  let fit = null;
  const starts = ["kl_pq", "kl_qp"].map((key) => button(root, labels[`fit_${key}`], `fit-${key}`, () => start(key)));
  const halt = button(root, labels.stop, "fit-stop", stop);
  const news = root.appendChild(document.createElement("output"));
  news.className = "gl-dn-news";
  news.dataset.testid = "fit-news";

  function start(key) {
    const { p, q } = begin(key);
    // Until a hand moves something every fit begins where the first one did: so the two directions can be compared
    const from = fit?.from ?? q;
    fit = { key, from, descent: createFit(p, from, key), state: "running", steps: 0 };
  }

  function stop() {
    if (fit?.state !== "running") return;
    fit.state = "stopped";
    ended();
  }

  return {
    stop,
    forget() {
      fit = null;
    },
    key: () => fit?.key ?? null,
    state: () => fit?.state ?? "none",
    running: () => fit?.state === "running",
    // Some steps; gives the new q.
    descend() {
      let reached = null;
      for (let i = 0; i < (reduced.matches ? JUMP : 1) && !reached?.settled; i++) reached = fit.descent.step();
      fit.steps = reached.steps;
      if (reached.settled) {
        fit.state = "settled";
        ended();
      } else if (reduced.matches) setTimeout(request, PAUSE);
      return reached.q;
    },
    show(values) {
      for (const one of starts) one.disabled = fit?.state === "running";
      halt.disabled = fit?.state !== "running";
      const text = { running: labels.fitting, settled: labels.settled, stopped: labels.stopped }[fit?.state] ?? "";
      news.textContent = fit ? text.replace("{steps}", fit.steps).replace("{value}", show(values[fit.key])) : "";
    },
  };
}
