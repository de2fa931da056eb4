// A component of the page: Streamlit calls its mount again and again for one place, and its view stays while it is of the
// same things.

/**
 * @typedef {object} Component what Streamlit hands over
 * @property {any} data
 * @property {Element} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */
/**
 * @typedef {object} View
 * @property {Element} [root] a view whose root has left the page is made anew
 * @property {(data: any) => void} [update] the data of the same things changed
 * @property {() => unknown} destroy what it gives is handed to the next view of the place
 */

// identityOf(data): what a view is made for, as JSON; create(component, left, again): left: what the view before has left;
// again(): makes the view anew, from the same data. Returns mount.
/**
 * @param {(data: any) => unknown} identityOf
 * @param {(component: Component, left: any, again: () => void) => View} create
 */
export function mounted(identityOf, create) {
  /** @type {WeakMap<Element, {identity: string, view: View}>} */
  const places = new WeakMap();

  /** @param {Component} component @param {string} identity */
  function make(component, identity) {
    const left = places.get(component.parentElement)?.view.destroy();
    const view = create(component, left, () => make(component, identity));
    places.set(component.parentElement, { identity, view });
  }

  /** @param {Component} component */
  return function mount(component) {
    const identity = JSON.stringify(identityOf(component.data));
    const known = places.get(component.parentElement);
    const there = known?.identity === identity && (known.view.root?.isConnected ?? true);
    if (!there) make(component, identity);
    else known.view.update?.(component.data);
  };
}
