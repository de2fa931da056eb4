// The state of a page's part, kept in the address, so that any state is a link; what makes no sense there is ignored.

const PAUSE_MS = 300; // browsers refuse more than some hundred changes of the address in half a minute

// kinds: each turns the address' text into a value, or undefined
export const oneOf = (...choices) => (text) => (choices.includes(text) ? text : undefined);

export const within = (low, high, whole = true) => (text) => {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || value < low || value > high || (whole && !Number.isInteger(value))) return undefined;
  return value;
};

export const listOf = (kind, length) => (text) => {
  const values = text.split("-").map(kind);
  return values.length === length && !values.includes(undefined) ? values : undefined;
};

const asText = (value) => (Array.isArray(value) ? value.join("-") : String(value));

// fields: name -> {kind, usual}; earlier: the values of a state that this one takes over, instead of the address'.
// Returns {values, set(changes), destroy()}; onChange(values, changes) after each set.
export function createState(fields, onChange, earlier = null) {
  const values = {};
  const query = new URLSearchParams(location.search);
  for (const [name, { kind, usual }] of Object.entries(fields)) {
    const text = earlier ? asText(earlier[name]) : query.get(name);
    values[name] = (text === null ? undefined : kind(text)) ?? usual;
  }
  let timer = earlier ? setTimeout(write, PAUSE_MS) : 0; // the page has just set its address, without our part of it

  function write() {
    timer = 0;
    const address = new URL(location.href);
    for (const [name, { usual }] of Object.entries(fields)) {
      if (asText(values[name]) === asText(usual)) address.searchParams.delete(name);
      else address.searchParams.set(name, asText(values[name]));
    }
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  return {
    values,
    set(changes) {
      Object.assign(values, changes);
      if (!timer) timer = setTimeout(write, PAUSE_MS);
      onChange(values, changes);
    },
    destroy: () => clearTimeout(timer),
  };
}
