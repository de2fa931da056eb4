// Which class one is in, with a way out, and the address at which its teacher asks all to look: to follow or not.
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { createPoll, REST_MS } from "../core/poll.js";

/** @typedef {{name: string, nickname: string, look: string | null, looked: number | null}} Attended */
/** @typedef {{room: Attended, language: string, base: string, pages: Record<string, string>, words: Record<string, string>}}
 *   Data pages: their titles by the last part of their addresses */

const LEAST_MS = 1000;
const PASSED = "genlab-class-passed"; // until when what the teacher has shown was put away in this tab

export const mount = mounted(
  (data) => [data.language, data.room.name, data.room.nickname],
  ({ data, parentElement, setTriggerValue }) => createMark(data, parentElement, () => setTriggerValue("left", true)),
);

// left(): the person went out, and the page may say so elsewhere.
/** @param {Data} data @param {Element} parent @param {() => void} left */
function createMark({ room, base, pages, words }, parent, left) {
  const root = element(parent, "section", "gl-class", "", { "aria-label": words.class });
  root.dataset.testid = "class-mark";
  const line = element(root, "p", "gl-class-line");
  element(line, "span", "", words.in.replace("{name}", room.name));
  if (room.nickname) element(line, "span", "", words.as.replace("{nickname}", room.nickname));
  const leave = element(line, "button", "", words.leave, { type: "button", title: words.leaving });
  const said = element(root, "p", "gl-class-look", "", { role: "status" });
  said.dataset.testid = "class-look";
  said.hidden = true;

  /** @param {Attended} now */
  function show({ look, looked }) {
    const passed = Number(sessionStorage.getItem(PASSED)) >= (looked ?? 0);
    const shown = String(looked);
    if (!look || passed) {
      said.hidden = true;
      said.dataset.shown = "";
    } else if (said.dataset.shown !== shown) {
      said.dataset.shown = shown;
      said.hidden = false;
      said.replaceChildren();
      element(said, "span", "", words.look);
      const title = pages[look.split("?")[0].slice(1)] ?? look;
      const link = element(said, "a", "", title, { href: base + look });
      link.addEventListener("click", pass);
      element(said, "button", "", words.stay, { type: "button" }).addEventListener("click", pass);
    }

    function pass() {
      sessionStorage.setItem(PASSED, shown);
      said.hidden = true;
    }
  }

  /** @param {string} method */
  async function ask(method) {
    const answer = await fetch(`${base}/lab/class`, { method }).catch(() => null);
    if (!answer?.ok) return true; // the server is away just now: the mark stays, and asks again
    const { class: now } = await answer.json();
    if (now) show(now);
    else over();
    return Boolean(now);
  }

  function over() {
    said.hidden = true;
    line.replaceChildren(words.over);
  }

  const poll = createPoll({
    watched: () => root.isConnected,
    look: async () => ((await ask("GET")) ? REST_MS : Infinity),
    least: LEAST_MS,
  });
  leave.addEventListener("click", async () => {
    if (await ask("DELETE")) return;
    poll.destroy();
    left();
  });
  show(room);
  poll.now();

  return {
    root,
    destroy() {
      poll.destroy();
      root.remove();
    },
  };
}
