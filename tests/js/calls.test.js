// Functions whose whole truth is a list of calls and of what Python gives for them.
import { test } from "node:test";
import { cases, close, unmarked } from "./cases.js";

for (const subject of ["walks", "playground", "places", "drawing"]) {
  for (const [name, calls] of grouped(cases(subject).calls)) {
    test(`${name} is Python's`, async () => {
      for (const { module, given, gives, tolerance } of calls) {
        const { [name]: called } = await import(`../../genlab/live/static/${module}.js`);
        close(called(...given.map(unmarked)), gives, tolerance, `${name}(${JSON.stringify(given).slice(0, 80)})`);
      }
    });
  }
}

function grouped(calls) {
  const groups = new Map();
  for (const call of calls) groups.set(call.name, [...(groups.get(call.name) ?? []), call]);
  return groups;
}
