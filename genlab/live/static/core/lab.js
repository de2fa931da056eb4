// What the server says at /lab/*, typed once, and where: the one place that knows its addresses and its troubles.
// What a route answers is written down in genlab/live/api.py and in the modules that it names.

/** @typedef {"running" | "paused" | "finished" | "failed"} State */
/** @typedef {{step: number, kind: "change" | "step" | "fork", details: Record<string, unknown>}} RunEvent */
/** @typedef {[name: string, numbers: Record<string, number>, cure: Record<string, [unknown, unknown]>]} Symptom with the
 *   knobs that help, from what they are to what they should be */
/** @typedef {{seen: [step: number, symptoms: Symptom[]][], words: Record<string, {title: string, says: string, why: string}>}}
 *   Symptoms what is wrong at which moments; the words by the symptoms' names */
/** @typedef {[step: number, values: Record<string, number>]} Point of a run's curve: its terms by key */
/**
 * @typedef {object} RunNews GET /lab/runs/ID
 * @property {State} state
 * @property {number} step
 * @property {number} seconds of training
 * @property {number} plan the steps that it shall make
 * @property {string | null} error a sentence
 * @property {string | null} standstill why it does not train although it should: the kind
 * @property {string | null} waits its place in line, in words, where it would train and may not yet
 * @property {Point[]} points
 * @property {number[]} frames the steps of its frames
 * @property {Record<string, number>} nets name -> the step of its newest weights
 * @property {number | null} saved the step of its newest checkpoint
 * @property {string} edition
 * @property {number[]} checkpoints
 * @property {number[]} short those of which Adam's memory is kept in short
 * @property {Symptoms} symptoms
 * @property {RunEvent[]} events
 */

/** @typedef {[step: number, bound: number, error: number, noise: number, noiseError: number]} CriticRow nats */
/**
 * @typedef {object} CriticVerdict
 * @property {number} step
 * @property {number} bound of JS, nats
 * @property {number} standard_error
 * @property {number} floor the bound of data against data
 * @property {number} floor_error
 * @property {number} pictures how many it was measured with
 */
/**
 * @typedef {object} CriticNews GET /lab/runs/ID/critic
 * @property {"none" | "waiting" | "running" | "done" | "cancelled" | "failed"} state
 * @property {number} ahead how many wait before it
 * @property {number} step of the run's checkpoint that it looks at
 * @property {number | null} saved_step the run's newest
 * @property {boolean} mine
 * @property {string} problem the kind
 * @property {CriticRow[]} [rows]
 * @property {CriticVerdict | null} [verdict]
 */

// The address of what belongs to one step of a run. It says of which edition the run is, so that the browser may keep it
// for ever: what is of the same step and edition is the same.
/** @param {string} address @param {number} step @param {Pick<RunNews, "edition">} news */
export const ofStep = (address, step, news) => `${address}?step=${step}&edition=${news.edition}`;

// "trouble_KIND" where its store is in trouble (503, see genlab/live/web/answers.py), else "offline": the name of a sentence
// in the labels.
/** @param {Response | null | undefined} answer */
export async function troubleOf(answer) {
  const said = answer?.status === 503 ? await answer.json().catch(() => null) : null;
  return said?.trouble ? `trouble_${said.trouble}` : "offline";
}

// Whether the sentence goes when the server answers again.
/** @param {string | null | undefined} name */
export const passes = (name) => name === "offline" || Boolean(name?.startsWith("trouble_"));

// Why a run does not train although it should: a sentence, or nothing. A banner above the page says it for all of it.
/** @param {Pick<RunNews, "standstill">} news @param {Record<string, string>} labels */
export function standstillOf(news, labels) {
  if (!news.standstill || document.querySelector(".st-key-standstill")) return "";
  return labels[`standstill_${news.standstill}`] ?? "";
}
