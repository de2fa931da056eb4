// On a first visit q moves a little by itself, once: what can be dragged shows that it can.
const WAIT = 900; // ms until it moves, and
const LENGTH = 1400; // ms that it moves
const LONGEST = 100; // ms of a frame that count: on a busy machine it moves more slowly, and is still seen
const FAR = 0.9; // units of x
const KEY = "genlab_densities_dragged";

// root: a hand anywhere in it ends the hint. request(): asks for a frame; wanted: whether it is to move at all. Returns
// {advance(), shift(), active(), end()}: a frame has come; by how much q is drawn aside in it; whether another is of use.
/** @param {HTMLElement} root @param {() => void} request @param {boolean} wanted */
export function createNudge(root, request, wanted) {
  let last = 0; // when the latest frame was, once it moves
  let passed = 0;
  let over = !wanted || matchMedia("(prefers-reduced-motion: reduce)").matches || remembered();
  const timer = over ? 0 : setTimeout(() => {
    last = performance.now();
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
    active: () => !over && last > 0,
    advance() {
      if (over || !last) return;
      const now = performance.now();
      passed += Math.min(LONGEST, now - last);
      last = now;
      if (passed >= LENGTH) over = true;
    },
    shift() {
      const share = passed / LENGTH;
      return over || !last ? 0 : -FAR * Math.sin(2 * Math.PI * share) * Math.sin(Math.PI * share);
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
