// How a page's parts talk to each other without knowing each other: an instrument says what it shows, and does what is
// asked of it by name. Who listens may come and go; who comes late asks an instrument for nothing new, {}, and is told.

// state: as the instrument's address has it; numbers: all that it shows, by their keys.
/** @param {string} name @param {{state: unknown, numbers: unknown}} said */
export function publish(name, { state, numbers }) {
  window.dispatchEvent(new CustomEvent("genlab:stage", { detail: { name, state, numbers } }));
}

// handler(state) is called for each "genlab:act" of this name while root is on the page; returns what ends it.
/** @param {string} name @param {(state: any) => void} handler @param {Node} root */
export function onAct(name, handler, root) {
  /** @param {Event} event */
  const listen = (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail?.name === name && root.isConnected) handler(detail.state);
  };
  window.addEventListener("genlab:act", listen);
  return () => window.removeEventListener("genlab:act", listen);
}
