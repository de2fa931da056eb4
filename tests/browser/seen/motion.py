"""What moves by itself on an open page, and what would glide."""

from __future__ import annotations

# What is drawn, until it has stayed as it is for a while; or what still moves when that has taken too long.
RESTS = """async () => {
  const drawn = () => new Map([...document.querySelectorAll('.stMain :is(canvas, svg, input[type=range])')]
    .filter((node) => node.checkVisibility() && !node.closest('.stDataFrame, [data-testid=stStatusWidget]'))
    .map((node) => [node, node.tagName === 'CANVAS' ? node.toDataURL() : node.value ?? node.outerHTML]));
  let before = drawn(), since = performance.now();
  const begun = since;
  while (performance.now() - since < 1500) {
    await new Promise((next) => setTimeout(next, 250));
    const now = drawn();
    const moved = [...now].filter(([node, seen]) => before.get(node) !== seen)
      .map(([node]) => node.outerHTML.slice(0, 120));
    if (moved.length || now.size !== before.size) [before, since] = [now, performance.now()];
    if (performance.now() - begun > 30000) return moved.length ? moved : ['comes and goes'];
  }
  return [];
}"""
# Styles of ours that would glide or flow
GLIDING = """() => [...document.querySelectorAll('.stMain [class*=gl-], .stMain [class*=gl-] *')]
  .filter((node) => {
    const { animationName, transitionDuration } = getComputedStyle(node);
    const glides = transitionDuration.split(',').some((time) => parseFloat(time) > 0.01);
    return (animationName !== 'none' || glides) && !node.closest('[data-testid^=st]:not(:has([class*=gl-]))');
  })
  .map((node) => node.outerHTML.slice(0, 120))"""
