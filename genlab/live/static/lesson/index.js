// A chapter's questions: guessed, tried, and answered in this person's numbers. The stage is another component of the
// page; what passes between the two are window events (see stage in core/).
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { createPoll } from "../core/poll.js";
import { fill } from "../core/words.js";
import { explainSymbols } from "../shared/symbols.js";
import { mountFigures } from "./figures.js";
import { mountGuess } from "./guess.js";
import { worthOf } from "./mark.js";
import { Said, refused } from "./refused.js";
import { mountWords } from "./words.js";

/** @typedef {import("./types.js").LessonData} LessonData */
/** @typedef {import("./types.js").Question} Question */
/** @typedef {import("./types.js").Known} Known */
/** @typedef {import("./types.js").News} News */
/** @typedef {import("./types.js").Guess} Guess */
/** @typedef {import("./types.js").Panel} Panel */

const POLL_MS = 400;
const AWAY_MS = 4000; // until the server that has not answered yet is asked again
const SETTLE_MS = 20000; // as long as an instrument may take to come to rest

export const mount = mounted(
  (data) => [data.chapter, data.language],
  createLesson,
);

/** @param {Element} parent @param {string} className @param {string} text @param {() => unknown} act */
function button(parent, className, text, act) {
  const node = element(parent, "button", className, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

/** @param {import("../core/component.js").Component} component */
function createLesson({ data: handed, parentElement: parent, setStateValue, setTriggerValue }) {
  const data = /** @type {LessonData} */ (handed);
  const { problems, base } = data;
  const words = { ...data.labels, ...data.words };
  const address = `${base}/lab/chapters/${data.chapter}`;
  parent.querySelectorAll(".gl-lesson").forEach((old) => old.remove());
  const root = element(parent, "section", "gl-lesson");
  root.setAttribute("aria-label", words.questions);
  /** @type {Record<number, Known>} */
  let known = {}; // by the question's number: what the server knows of it
  let chosen = 0;

  const tabs = element(root, "div", "gl-lesson-tabs");
  tabs.setAttribute("role", "tablist");
  const name = element(root, "span", "gl-lesson-tabs-name", fill(words.question, { n: "" }).trim());
  name.setAttribute("aria-hidden", "true"); // each tab says it
  tabs.before(name);
  const panels = data.questions.map((question, index) => createQuestion(question, index + 1));
  mountWords(root, data.look, words);
  explainSymbols(root);

  /** @param {Question} question @param {number} number @returns {Panel} */
  function createQuestion(question, number) {
    const tab = button(tabs, "gl-lesson-tab", String(number), () => choose(number - 1));
    tab.setAttribute("aria-label", fill(words.question, { n: number }));
    tab.setAttribute("role", "tab");
    tab.id = `gl-tab-${data.chapter}-${number}`;
    if (question.core) tab.dataset.core = "";
    const panel = element(root, "div", "gl-lesson-question");
    panel.dataset.testid = `question-${number}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    element(panel, "div", "gl-lesson-prompt").innerHTML = question.prompt; // our own words, from the server
    const guess = mountGuess(element(panel, "div", "gl-lesson-guess"), question, words, (value) =>
      guessed(number, value), () => ask(`/${number}/curves`));
    const bar = element(panel, "div", "gl-lesson-bar");
    const run = button(bar, "gl-lesson-run", question.do, () => begin(question, number));
    run.dataset.testid = "run-experiment";
    const aside = element(bar, "span", "gl-lesson-aside");
    aside.setAttribute("role", "status");
    const reveal = element(panel, "div", "gl-lesson-reveal");
    reveal.dataset.testid = "reveal";
    reveal.setAttribute("aria-live", "polite");
    reveal.hidden = true;
    const verdict = element(reveal, "div", "gl-lesson-verdict");
    const after = element(reveal, "div", "gl-lesson-after");
    const figures = mountFigures(element(reveal, "div", "gl-lesson-figures"), words);
    if (number < data.questions.length) button(reveal, "gl-lesson-more", words.next, () => choose(number, true));
    return { tab, panel, guess, run, aside, reveal, verdict, after, figures, question, number, said: "" };
  }

  /** @param {number} index */
  function choose(index, focus = false) {
    if (data.follows && index !== chosen) setTriggerValue("question", index); // its stage comes
    chosen = index;
    panels.forEach((panel, at) => {
      panel.panel.hidden = at !== chosen;
      panel.tab.setAttribute("aria-selected", String(at === chosen));
      panel.tab.tabIndex = at === chosen ? 0 : -1;
    });
    if (focus) panels[index].tab.focus();
  }

  tabs.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    choose((chosen + step + panels.length) % panels.length, true);
  });

  /** @param {string} path @param {unknown} body */
  async function ask(path = "", body = undefined) {
    const answer = await fetch(`${address}${path}?lang=${data.language}`, {
      method: body ? "POST" : "GET",
      body: body ? JSON.stringify(body) : undefined,
      headers: body ? { "Content-Type": "application/json" } : {},
    });
    if (!answer.ok) throw await refused(answer, words, problems);
    return answer.json();
  }

  /** @param {string} path @param {unknown} body @param {Panel | null} panel */
  async function send(path, body, panel = null) {
    try {
      take(await ask(path, body));
    } catch (error) {
      say(error, panel);
    }
    if (underWay()) poll.now();
  }

  // One guess at a time, and the newest last: who moves a mark along sends many, and answers may overtake each other.
  /** @type {Map<number, Guess>} */
  const unsent = new Map(); // by the question's number

  /** @param {number} number @param {Guess} value */
  async function guessed(number, value) {
    const sending = unsent.has(number);
    unsent.set(number, value);
    if (sending) return;
    /** @type {Guess | undefined} */
    let sent;
    do {
      sent = unsent.get(number);
      await send(`/${number}`, { guess: sent });
    } while (unsent.get(number) !== sent);
    unsent.delete(number);
  }

  /** @param {unknown} error @param {Panel | null} panel */
  function say(error, panel = null) {
    (panel ?? panels[chosen]).aside.textContent = error instanceof Said ? error.message : words.offline;
  }

  /** @param {Question} question @param {number} number */
  async function begin(question, number) {
    const panel = panels[number - 1];
    if (question.act) return act(question.act, number, panel);
    panel.aside.textContent = words.running;
    await send(`/${number}/experiment`, {}, panel);
  }

  // The instrument takes a state; what it shows once it has come to rest is what was found.
  /** @param {NonNullable<Question["act"]>} asked @param {number} number @param {Panel} panel */
  function act({ instrument, state, settles }, number, panel) {
    panel.aside.textContent = words.running;
    const done = () => {
      clearTimeout(waiting);
      removeEventListener("genlab:stage", listen);
    };
    /** @type {Record<string, number> | null} */
    let last = null;
    /** @param {any} event */
    const listen = ({ detail }) => {
      if (detail.name !== instrument) return;
      last = detail.numbers;
      if (settles && !detail.numbers[settles]) return;
      done();
      send(`/${number}/experiment`, { numbers: detail.numbers }, panel);
    };
    const waiting = setTimeout(() => {
      done();
      if (last && !settles) send(`/${number}/experiment`, { numbers: last }, panel);
      else panel.aside.textContent = problems.stage;
    }, SETTLE_MS);
    addEventListener("genlab:stage", listen);
    dispatchEvent(new CustomEvent("genlab:act", { detail: { name: instrument, state } }));
  }

  /** @param {News} news */
  function take(news) {
    known = news.questions;
    for (const [number, guess] of unsent) known[number].guess = guess;
    for (const panel of panels) show(panel, known[panel.number]);
    stage(news.stage);
  }

  /** @param {Known} one */
  const busy = (one) => ["waiting", "running"].includes(one.job?.state ?? "") || (training(one) && !one.result);
  /** @param {Known} one */
  const training = (one) => one.runs.some((run) => run.state === "running");

  /** @param {Panel} panel @param {Known} one */
  function show(panel, one) {
    panel.guess.show(one.guess, one.result);
    panel.run.disabled = busy(one);
    panel.run.textContent = one.result && !panel.question.act ? words.again : panel.question.do;
    panel.aside.textContent = status(panel, one);
    panel.panel.dataset.state = one.result ? "done" : busy(one) ? "busy" : "open";
    panel.tab.dataset.done = String(Boolean(one.result));
    panel.reveal.hidden = !one.result;
    const said = JSON.stringify([one.result, one.guess]);
    if (!one.result || said === panel.said) return;
    panel.said = said;
    reveal(panel, one.guess, one.result);
  }

  /** @param {Panel} panel @param {Known} one */
  function status(panel, one) {
    const run = one.runs.find((other) => other.state === "running");
    if (run && !one.result) return fill(words.training, { n: run.step, plan: run.plan });
    if (one.job?.state === "waiting") return fill(words.waiting, { n: one.job.ahead });
    if (one.job?.state === "running") return words.running;
    if (one.runs.some((other) => other.state === "failed") && !one.result) return problems.failed;
    if (one.job?.state === "failed") return problems[one.job.problem] ?? words.offline;
    if (one.result) return "";
    const guessed = one.guess !== null;
    const about = panel.question.seconds ? fill(words.about, { n: panel.question.seconds }) : "";
    return [about, guessed ? "" : words.skip].filter(Boolean).join(data.language === "zh" ? "，" : ", ");
  }

  // What was guessed beside what was found; then why.
  /** @param {Panel} panel @param {Guess} said @param {NonNullable<Known["result"]>} result */
  function reveal(panel, said, result) {
    const { options } = panel.question;
    panel.verdict.replaceChildren();
    /** @param {string} kind @param {string} label @param {string} html */
    const line = (kind, label, html, reply = "") => {
      const row = element(panel.verdict, "p", `gl-lesson-${kind}`);
      element(row, "b", "", `${label} `);
      row.insertAdjacentHTML("beforeend", html);
      if (reply) element(row, "span", "gl-lesson-reply").innerHTML = reply;
    };
    if (options.length) {
      const right = options[result.answer];
      const guess = typeof said === "number" ? options[said] : null;
      if (guess === right) line("right", words.right, right.text);
      else {
        if (guess) line("said", words.said, guess.text, guess.reply);
        line("answer", guess ? words.answer : words.noGuess, right.text);
      }
    }
    const { draws, marks } = panel.question;
    const marked = marks && worthOf(marks, words, result.figures, said);
    if (marked) line("said", words.said, marked);
    panel.after.innerHTML = result.after; // our own words, from the server
    const drawn = draws && Array.isArray(said) ? { figure: draws.figure, points: said } : null;
    panel.figures.show(result.figures, marks ? { mark: said } : drawn);
  }

  // The stage shows the runs of the experiment that was begun last; what the page began with it knows from the store.
  /** @type {string | null} */
  let onStage = null;
  /** @param {News["stage"]} ids */
  function stage(ids) {
    const before = onStage;
    onStage = JSON.stringify(ids);
    if (before !== null && before !== onStage) setStateValue("stage", { runs: ids });
  }

  const underWay = () => Object.values(known).some(busy);

  const poll = createPoll({
    watched: () => root.isConnected,
    least: POLL_MS,
    async look() {
      try {
        take(await ask());
      } catch (error) {
        say(error);
        if (!Object.keys(known).length) return AWAY_MS;
      }
      return underWay() ? POLL_MS : Infinity;
    },
  });

  choose(0);
  poll.now();

  return {
    destroy() {
      poll.destroy();
      root.remove();
    },
  };
}
