// Whether an element can be seen: on the page that is looked at, and not scrolled away.

// onSeen(): called each time it comes into sight. Returns {now: whether it is in sight, destroy()}.
/** @param {Element} element @param {() => void} onSeen */
export function whileSeen(element, onSeen) {
  let near = false;
  const observer = new IntersectionObserver((entries) => {
    const before = near;
    near = entries.at(-1)?.isIntersecting ?? false;
    if (near && !before) onSeen();
  });
  observer.observe(element);
  return {
    get now() {
      return near && !document.hidden;
    },
    destroy: () => observer.disconnect(),
  };
}
