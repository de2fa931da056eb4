// A drawing outlives a change of run, of language and of view, and a reload: it is kept for as long as its tab.

const KEY = "genlab_drawing";

// marks: as a sheet has them: strokes (lists of points) and pictures ({ink: Uint8Array}); what else there is, is not kept.
export function keep(marks) {
  const texts = marks.flatMap((mark) => {
    if (Array.isArray(mark)) return [mark];
    return mark.ink ? [btoa(Array.from(mark.ink, (grey) => String.fromCharCode(grey)).join(""))] : [];
  });
  try {
    sessionStorage.setItem(KEY, JSON.stringify(texts));
  } catch {
    // no room, or not allowed: then a reload begins anew
  }
}

export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]").map((mark) =>
      typeof mark === "string" ? { ink: Uint8Array.from(atob(mark), (letter) => letter.charCodeAt(0)) } : mark,
    );
  } catch {
    return [];
  }
}
