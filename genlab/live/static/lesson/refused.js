// What the server's refusals are called before the person whose guess or experiment it was.
import { troubleOf } from "../core/lab.js";

// An error whose message is a sentence of ours.
export class Said extends Error {}

/** @param {Response} answer @param {Record<string, string>} words @param {Record<string, string>} problems */
export async function refused(answer, words, problems) {
  if (answer.status === 403) return new Said(problems.key);
  if (answer.status !== 429) return new Said(words[await troubleOf(answer)] ?? words.offline);
  // The lab says which of its limits it was; any other is of requests, also that of a proxy in front of it.
  const said = await answer.json().catch(() => null);
  return new Said(problems[said?.problem] ?? problems.often);
}
