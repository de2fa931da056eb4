// The address in the browser: what is a step of Back, and what components keep there.
//
// The page that Streamlit serves loads this module before Streamlit's own (genlab/live/web/head.py), because Streamlit makes
// every change that a script makes of its address a step of Back. Here a step is only what a person did and what leads to
// something else to look at: another page, view, run or model. A knob, a slider, a drag, and what a page adds by itself
// when it is opened, change the present entry.

/**
 * @template {Record<string, unknown>} V
 * @typedef {{values: V, set: (changes: Partial<V>) => void, destroy: () => unknown}} State
 */
/** @template T @typedef {(text: string) => T | undefined} Kind a text's value, or undefined where it makes no sense */

const STEPS = ["view", "run", "fan", "family"];
const TOUCHES = ["pointerdown", "keydown", "click", "change"];
// At rest before the address follows: browsers refuse more than some hundred changes of it in half a minute.
const PAUSE_MS = 300;

// One for the whole document, by whatever address this module was fetched.
const page = /** @type {{genlabAddress?: ReturnType<typeof install>}} */ (globalThis);
const shared = (page.genlabAddress ??= install());

function install() {
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  // name -> text (null: not in the address): what components say of themselves since the last step. Streamlit knows
  // nothing of it, and hands on what a link once said of them.
  /** @type {Map<string, string | null>} */
  const kept = new Map();
  /** @type {Set<string>} */
  const owned = new Set(); // the names that components of this page have
  /** @type {Map<string | null, Map<string, string>>} */
  const remembered = new Map();
  /** @type {Set<() => unknown>} */
  const listeners = new Set();
  let touched = false;
  let cameBack = false;
  let leaving = false; // for another page, by a link: what Streamlit writes before it changes the path is that page's
  let timer = 0;

  /** @param {URL} url */
  function overlaid(url) {
    for (const [name, text] of kept) {
      url.searchParams.delete(name);
      if (text !== null) url.searchParams.append(name, text);
    }
    if (kept.size) url.search = url.search.replaceAll("%2C", ",").replaceAll("%3B", ";");
    return url;
  }

  function flush() {
    clearTimeout(timer);
    timer = 0;
    const url = overlaid(new URL(location.href));
    if (url.href !== location.href) replace(history.state, "", url.href);
  }

  /** @param {unknown} state @param {URL} url */
  function step(state, url) {
    flush();
    if (url.pathname !== location.pathname) owned.clear();
    // What a link once said of components is no part of this step. It stays out until they have something to say of
    // their own: Streamlit writes it again at each change that it makes before the new view stands.
    kept.clear();
    for (const name of owned) {
      url.searchParams.delete(name);
      kept.set(name, null);
    }
    touched = false;
    cameBack = false;
    leaving = false;
    push(state, "", url.href);
  }

  /** @param {Event} event */
  function touch(event) {
    touched = true;
    const here = event instanceof MouseEvent && event.type === "click" && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const link = here && event.target instanceof Element && event.target.closest("a[href]");
    leaving = link instanceof HTMLAnchorElement && link.origin === location.origin && link.pathname !== location.pathname;
  }

  history.pushState = (state, unused, target) => {
    const [here, url] = [new URL(location.href), new URL(target ?? location.href, location.href)];
    const elsewhere = STEPS.some((name) => here.searchParams.get(name) !== url.searchParams.get(name));
    if (here.pathname !== url.pathname || (touched && elsewhere && !leaving)) step(state, url);
    else history.replaceState(state, unused, target);
  };
  history.replaceState = (state, _unused, target) => {
    if (!leaving) replace(state, "", overlaid(new URL(target ?? location.href, location.href)).href);
  };

  for (const name of TOUCHES) addEventListener(name, touch, { capture: true, passive: true });
  addEventListener("pagehide", flush);
  addEventListener("popstate", () => {
    clearTimeout(timer);
    timer = 0;
    kept.clear();
    touched = false;
    leaving = false;
    cameBack = true;
    for (const listener of [...listeners]) listener();
  });

  return {
    remembered,
    listeners,
    cameBack: () => cameBack,
    url: () => overlaid(new URL(location.href)),
    /** @param {string} name @param {string | null} text */
    own(name, text) {
      owned.add(name);
      kept.set(name, text);
    },
    /** @param {string} name @param {string | null} text */
    keep(name, text) {
      kept.set(name, text);
      clearTimeout(timer);
      timer = setTimeout(flush, PAUSE_MS);
    },
  };
}

// The present address with all that components have set, also what is not yet written.
export const link = () => shared.url().href;

// The view that a component stands in: in another one it has nothing to say of the address any more.
const place = () => `${location.pathname}?${new URLSearchParams(location.search).get("view") ?? ""}`;

// A component's part of the address. names: its parameters; onReturn(query): called when Back or Forward has brought
// another address to the same view; memory: by this name the tab remembers the part, for whoever comes again by a click.
// Returns {begin: the URLSearchParams to begin with, set({name: text, or null where it is not to be told}), destroy()}.
/** @param {string[]} names @param {(query: URLSearchParams) => unknown} onReturn @param {string | null} memory */
export function createPart(names, onReturn, memory = null) {
  const here = place();
  const returned = () => place() === here && onReturn(shared.url().searchParams);
  /** @type {Map<string, string>} */
  const remembered = new Map();
  const before = shared.remembered.get(memory);
  let begin = shared.url().searchParams;
  if (memory) shared.remembered.set(memory, remembered);

  /** @param {Record<string, string | null>} texts */
  function set(texts) {
    for (const [name, text] of Object.entries(texts)) {
      if (text === null) remembered.delete(name);
      else remembered.set(name, text);
      if (place() === here) shared.keep(name, text);
    }
  }

  shared.listeners.add(returned);
  for (const name of names) shared.own(name, begin.get(name));
  if (before && !shared.cameBack() && !names.some((name) => begin.has(name))) {
    begin = new URLSearchParams([...before]);
    /** @param {Partial<V>} changes */
    set(Object.fromEntries(before));
  } else {
    for (const name of names) {
      const text = begin.get(name);
      if (text !== null) remembered.set(name, text);
    }
  }
  return { begin, set, destroy: () => shared.listeners.delete(returned) };
}

// The part of a component that stands in a chapter: it begins with what it is given, and nothing of it is in the address.
/** @param {Record<string, string>} given */
export function givenPart(given) {
  return { begin: new URLSearchParams(given), set: () => undefined, destroy: () => false };
}

// Kinds: each turns the address' text into a value, or undefined where it makes no sense.
/** @template {string} T @param {...T} choices @returns {Kind<T>} */
export const oneOf = (...choices) => (text) => choices.find((choice) => choice === text);

/** @param {number} low @param {number} high @returns {Kind<number>} */
export const within = (low, high, whole = true) => (text) => {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || value < low || value > high || (whole && !Number.isInteger(value))) return undefined;
  return value;
};

/** @template T @param {Kind<T>} kind @param {number} length @returns {Kind<T[]>} */
export const listOf = (kind, length) => (text) => {
  const values = text.split("-").map(kind);
  const known = values.filter((value) => value !== undefined);
  return known.length === length && known.length === values.length ? known : undefined;
};

/** @param {unknown} value */
const asText = (value) => (Array.isArray(value) ? value.join("-") : String(value));

// The state of a component, kept in the address, so that any state is a link; what makes no sense there is ignored.
// fields: name -> {kind, usual}; memory: as in createPart; given: the texts to begin with in place of the address, of which
// nothing is written then. Returns {values, set(changes), destroy()};
// onChange(values, changes, returned) after each set, and, returned, after Back or Forward.
/** @template {Record<string, unknown>} V
 * @param {{[name in keyof V]: {kind: Kind<V[name]>, usual: V[name]}}} fields
 * @param {(values: V, changes: Partial<V>, returned: boolean) => void} onChange @param {string | null} memory
 * @param {Record<string, string> | null} given */
export function createState(fields, onChange, memory = null, given = null) {
  const values = /** @type {V} */ ({});
  const names = /** @type {(keyof V & string)[]} */ (Object.keys(fields));
  const part = given ? givenPart(given) : createPart(names, (query) => {
    const before = { ...values };
    read(query);
    const changed = names.filter((name) => asText(values[name]) !== asText(before[name]));
    if (changed.length) onChange(values, pick(changed), true);
  }, memory);

  /** @param {URLSearchParams} query */
  function read(query) {
    for (const name of names) {
      const { kind, usual } = fields[name];
      const text = query.get(name);
      values[name] = (text === null ? undefined : kind(text)) ?? usual;
    }
  }

  /** @param {(keyof V)[]} wanted */
  const pick = (wanted) => /** @type {Partial<V>} */ (Object.fromEntries(wanted.map((name) => [name, values[name]])));
  /** @param {keyof V} name */
  const told = (name) => (asText(values[name]) === asText(fields[name].usual) ? null : asText(values[name]));
  read(part.begin);
  return {
    values,
    /** @param {Partial<V>} changes */
    set(changes) {
      Object.assign(values, changes);
      part.set(Object.fromEntries(Object.keys(changes).map((name) => [name, told(name)])));
      onChange(values, changes, false);
    },
    destroy: part.destroy,
  };
}
