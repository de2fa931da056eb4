// Models side by side under one time slider: what each draws from its noise at that share of its training. Their names
// are to be guessed, and stay hidden until all are.
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { ofStep } from "../core/lab.js";
import { parseSafetensors } from "../core/safetensors.js";
import { digit, put, SIDE } from "../shared/digits.js";

/** @typedef {{run: string, name: string, plan: number}} Sheet */
/** @typedef {{sheets: Sheet[], language: string, base: string, words: Record<string, string>,
 *   labels: Record<string, string>}} Data */

const COLUMNS = 5;
const ROWS = 5;
const STOPS = 40; // of the slider: the training in so many parts
const PLAY_MS = 6000;
const KEPT = "genlab-parade"; // what the browser remembers of the guesses

export const mount = mounted(
  (data) => [data.language, data.sheets],
  ({ data, parentElement }) => createParade(data, parentElement),
);

/** @returns {Record<string, string>} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {}; // the browser keeps nothing for this page, or something else by that name
  }
}

/** @param {Data} data @param {Element} parent */
function createParade(data, parent) {
  const { words, sheets, labels } = data;
  parent.querySelectorAll(".gl-parade").forEach((old) => old.remove());
  const root = element(parent, "section", "gl-parade");
  root.dataset.testid = "parade";
  element(root, "h3", "", words.title);
  element(root, "p", "gl-parade-lead", words.lead);
  const row = element(root, "div", "gl-parade-row");
  // In another order than the sheets'.
  const names = [...sheets].sort((a, b) => (a.run < b.run ? -1 : 1));
  let guesses = remembered();
  const views = sheets.map((sheet, index) => createSheet(sheet, index));
  const foot = element(root, "div", "gl-parade-foot");
  const play = element(foot, "button", "gl-parade-play", words.play);
  play.type = "button";
  const slider = element(foot, "input");
  Object.assign(slider, { type: "range", min: 0, max: STOPS, step: 1, value: STOPS });
  slider.setAttribute("aria-label", words.moment);
  slider.dataset.testid = "parade-time";
  const share = element(foot, "output");
  const verdict = element(root, "p", "gl-parade-verdict");
  verdict.setAttribute("role", "status");
  verdict.dataset.testid = "parade-verdict";
  let playing = 0;

  /** @param {Sheet} sheet @param {number} index */
  function createSheet(sheet, index) {
    const figure = element(row, "figure", "");
    const canvas = digit(figure, `${words.sheet.replace("{n}", String(index + 1))}: ${labels.told_ink}`, `parade-${index + 1}`, COLUMNS, ROWS);
    const caption = element(figure, "figcaption", "");
    const group = element(caption, "div", "gl-parade-names");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", words.sheet.replace("{n}", String(index + 1)));
    const chips = names.map((named) => {
      const chip = element(group, "button", "", named.name);
      chip.type = "button";
      chip.addEventListener("click", () => guess(sheet.run, named.run));
      return { named, chip };
    });
    /** @type {Map<number, Float32Array>} */
    const frames = new Map();
    const address = `${data.base}/lab/runs/${sheet.run}`;
    /** @type {Promise<any> | null} */
    let news = null;
    let wanted = -1;

    /** @param {number} part of the training, 0 to 1 */
    async function show(part) {
      news ??= fetch(`${address}?after=${sheet.plan}&lang=${data.language}`).then((answer) =>
        answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status))));
      const known = await news;
      const step = known.frames.filter((/** @type {number} */ at) => at <= part * known.step).at(-1) ?? known.frames[0];
      if (step === undefined) return;
      wanted = step;
      const drawn = frames.get(step) ?? (await fetched(step, known));
      if (wanted !== step) return;
      for (let place = 0; place < COLUMNS * ROWS; place++) {
        const picture = drawn.subarray(place * SIDE * SIDE, (place + 1) * SIDE * SIDE);
        put(canvas, picture, place % COLUMNS, Math.floor(place / COLUMNS));
      }
    }

    /** @param {number} step @param {any} known */
    async function fetched(step, known) {
      const answer = await fetch(ofStep(`${address}/frames/${step}`, step, known));
      const samples = parseSafetensors(await answer.arrayBuffer()).tensors.get("samples");
      const drawn = Float32Array.from(/** @type {any} */ (samples).data, (value) => Number(value) / 255);
      frames.set(step, drawn);
      return drawn;
    }

    return { sheet, show, forget: () => (news = null), figure, chips };
  }

  function draw() {
    const part = Number(slider.value) / STOPS;
    share.textContent = `${Math.round(100 * part)} %`;
    return Promise.all(views.map((view) => view.show(part))).then(
      () => delete root.dataset.trouble,
      () => {
        root.dataset.trouble = words.offline;
        for (const view of views) view.forget();
      },
    );
  }

  // One name for one sheet: who gives it to another takes it from the first.
  /** @param {string} run @param {string} named the run whose name it is said to have */
  function guess(run, named) {
    guesses = Object.fromEntries(Object.entries(guesses).filter(([, given]) => given !== named));
    guesses[run] = named;
    judge();
    try {
      localStorage.setItem(KEPT, JSON.stringify(guesses));
    } catch {
      // a browser that keeps nothing: the guesses hold until it is left
    }
  }

  function judge() {
    const all = sheets.every((sheet) => guesses[sheet.run]);
    const right = sheets.filter((sheet) => guesses[sheet.run] === sheet.run).length;
    for (const { sheet, figure, chips } of views) {
      figure.dataset.verdict = all ? String(guesses[sheet.run] === sheet.run) : "";
      for (const { named, chip } of chips) {
        chip.setAttribute("aria-pressed", String(guesses[sheet.run] === named.run));
        chip.dataset.is = String(all && sheet === named);
      }
    }
    verdict.replaceChildren();
    if (!all) return;
    const said = words.right.replace("{n}", String(right)).replace("{all}", String(sheets.length));
    element(verdict, "b", "", `${said} `);
    verdict.append(words.told, " ");
    const again = element(verdict, "button", "", words.again);
    again.type = "button";
    again.addEventListener("click", () => {
      guesses = {};
      localStorage.removeItem(KEPT);
      judge();
    });
  }

  function stop() {
    clearTimeout(playing);
    playing = 0;
    play.textContent = words.play;
  }

  async function next() {
    if (!root.isConnected || !playing) return;
    slider.value = String(Number(slider.value) + 1);
    await draw();
    if (Number(slider.value) >= STOPS) return stop();
    if (playing) playing = window.setTimeout(next, PLAY_MS / STOPS);
  }

  play.addEventListener("click", () => {
    if (playing) return stop();
    if (Number(slider.value) >= STOPS) slider.value = "0";
    play.textContent = words.stop;
    playing = window.setTimeout(next, 0);
  });
  slider.addEventListener("input", () => {
    stop();
    draw();
  });
  judge();
  draw();

  return {
    destroy() {
      stop();
      root.remove();
    },
  };
}
