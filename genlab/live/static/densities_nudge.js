// On a first visit q moves a little by itself, once: what can be dragged shows that it can.
const WAIT = 900; // ms until it moves, and
const LENGTH = 1400; // ms that it moves
const FAR = 0.9; // units of x
const KEY = "genlab_densities_dragged";

// root: a hand anywhere in it ends the hint. request(): asks for a frame. Returns {shift(), active(), done()}: by how
// much q is drawn aside now; whether a frame is of use; a hand has dragged something: never again in this browser.
export function createNudge(root, request, wanted) {
  let begun = 0;
  let over = !wanted || matchMedia("(prefers-reduced-motion: reduce)").matches || remembered();
  const timer = over ? 0 : setTimeout(() => {
    begun = performance.now();
    request();
  }, WAIT);

  function end() {
    clearTimeout(timer);
    if (!over) request();
    over = true;
  }
  for (const kind of ["pointerdown", "keydown", "focusin"]) root.addEventListener(kind, end, { capture: true });

  return {
    end,
    active: () => !over && begun > 0,
    shift() {
      if (over || !begun) return 0;
      const share = (performance.now() - begun) / LENGTH;
      if (share >= 1) over = true;
      return over ? 0 : -FAR * Math.sin(2 * Math.PI * share) * Math.sin(Math.PI * share);
    },
  };
}

// Whether something has been dragged in this browser; where it keeps nothing, nobody remembers.
export function remembered() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function remember() {
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    // a browser that keeps nothing shows the hint again
  }
}
