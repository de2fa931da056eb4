// What the server said instead of an answer, by the name of its sentence in the labels.

// "trouble_KIND" where its store is in trouble (503, see genlab/live/answers.py), else "offline".
export async function troubleOf(answer) {
  const said = answer?.status === 503 ? await answer.json().catch(() => null) : null;
  return said?.trouble ? `trouble_${said.trouble}` : "offline";
}

// Whether the sentence goes when the server answers again.
export const passes = (name) => name === "offline" || Boolean(name?.startsWith("trouble_"));

// Why a run does not train although it should: a sentence, or nothing. A banner above the page says it for all of it.
export function standstillOf(news, labels) {
  if (!news.standstill || document.querySelector(".st-key-standstill")) return "";
  return labels[`standstill_${news.standstill}`] ?? "";
}
