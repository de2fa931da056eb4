// The terms over the steps, by Plotly (its smallest bundle: lines are all we draw): a panel for each group that shares its axes; hover tells, drag zooms and stays.
let library = null;

function plotly() {
  library ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = new URL("./vendor/plotly-basic.min.js", import.meta.url).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      library = null;
      reject(new Error("the chart library did not arrive"));
    };
    document.head.appendChild(script);
  });
  return library;
}

function text(root) {
  return getComputedStyle(root).color;
}

// A chart knows no "currentColor", which a sum of terms has.
function paint(root, color) {
  return color === "currentColor" ? text(root) : color;
}

// A place for a chart below the names of its terms, each in its colour.
function headed(root, terms) {
  const place = root.appendChild(document.createElement("div"));
  const names = place.appendChild(document.createElement("div"));
  names.className = "gl-chart-names";
  for (const term of terms) {
    const name = names.appendChild(document.createElement("span"));
    name.textContent = term.label;
    name.style.setProperty("--term", term.color);
    if (term.bound) name.classList.add("gl-bound");
  }
  return place;
}

// options: panels (which, by name; all of them, or in a compact view the first), their height in pixels,
// legend: false for the terms' names in a line above instead of the chart's own legend, and after: a promise of the moment
// from which the chart library may be fetched.
export function mountCurves(root, data, options = {}) {
  const panels = new Map();
  for (const term of data.terms) {
    if (!term.panel) continue; // a number of the formula, without a curve
    if (!panels.has(term.panel)) panels.set(term.panel, []);
    panels.get(term.panel).push(term);
  }
  const wanted = options.panels ?? (data.compact ? [...panels.keys()].slice(0, 1) : [...panels.keys()]);
  const shown = [...panels].filter(([name]) => wanted.includes(name));
  const small = options.legend === false;
  const charts = shown.map(([name, terms]) => {
    const place = small ? headed(root, terms) : root;
    const box = place.appendChild(document.createElement("div"));
    box.className = "gl-chart";
    box.dataset.testid = `curves-${name}`;
    return { box, terms, height: options.height ?? (data.compact ? 170 : shown.length > 1 ? 175 : 215) };
  });
  for (const chart of charts) chart.box.style.height = `${chart.height}px`;
  let history = [];
  let before = []; // the curve points of the run that this one is a fork of
  let events = [];
  let marked = null;
  let lit = null;
  let waiting = false;

  function series(term, key, dash, points = history) {
    const steps = [];
    const values = [];
    const reaches = []; // how far from it the true value may be, of what is measured from samples
    for (const [step, terms] of points) {
      if (!(key in terms)) continue;
      steps.push(step);
      values.push(terms[key]);
      reaches.push(terms[`${key}_error`] ?? 0);
    }
    const name = dash ? `${term.label} (${data.labels.heldOut})` : term.label;
    const width = lit === term.key ? 4 : 2;
    const color = paint(root, term.color);
    const line = { color, width, dash: dash ? "dot" : term.bound ? "dash" : "solid" };
    // What is measured at the frames' moments only shows where; a curve of every step's means is a plain line.
    const single = steps.length === 1;
    const mode = single ? "markers" : term.heldOut ? "lines+markers" : "lines";
    const marker = { color, size: single ? 6 : 4 };
    const bars = { array: reaches, visible: reaches.some(Boolean), color, thickness: 1, width: 0 };
    return { x: steps, y: values, name, mode, type: "scatter", line, marker, error_y: bars,
             hovertemplate: `%{y:.4~g} ${term.unit}`, showlegend: !dash };
  }

  function ghost(term) {
    const { line, ...rest } = series(term, term.key, false, before);
    return { ...rest, name: `${term.label} (${data.labels.parent})`, mode: "lines", opacity: 0.45,
             line: { ...line, width: 1.5 }, showlegend: false };
  }

  async function render() {
    await options.after;
    const Plotly = await plotly();
    waiting = false;
    const colour = text(root);
    for (const { box, terms, height } of charts) {
      if (!box.isConnected) return;
      const own = terms.flatMap((term) => [series(term, term.key, false), series(term, `test_${term.key}`, true)]);
      const traces = [...terms.map(ghost), ...own];
      const seen = traces.filter((trace) => trace.x.length);
      const lines = [...new Map(terms.flatMap((term) => term.lines))]; // terms may share a line: it is drawn once
      const shapes = lines.map(([value]) => ({ type: "line", xref: "paper", x0: 0, x1: 1, y0: value, y1: value,
                                               line: { color: colour, width: 1, dash: "dash" }, opacity: 0.6 }));
      for (const { band, color } of terms) {
        // what a perfect generator would read: less means nothing
        if (band) shapes.push({ type: "rect", xref: "paper", x0: 0, x1: 1, y0: band[0], y1: band[1], layer: "below",
                                fillcolor: paint(root, color), opacity: 0.35, line: { width: 0 } });
      }
      const mark = (step, dash) => ({ type: "line", yref: "paper", y0: 0, y1: 1, x0: step, x1: step,
                                      line: { color: colour, width: 1, dash } });
      if (marked !== null) shapes.push(mark(marked, "solid"));
      for (const event of events) shapes.push({ ...mark(event.step, "dot"), opacity: 0.4 });
      const notes = lines.map(([value, label]) => ({ xref: "paper", x: 1, xanchor: "left", y: value, text: label,
                                                     showarrow: false, font: { size: 11, color: colour } }));
      const grid = "rgba(128,128,128,0.18)";
      Plotly.react(box, seen, {
        uirevision: data.run, // zoom and hidden curves stay when new points come
        height,
        margin: { l: 46, r: lines.length ? 44 : 12, t: small ? 6 : 24, b: small ? 20 : 34 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: colour, size: 12 },
        hovermode: "x unified",
        hoverlabel: { bgcolor: getComputedStyle(document.body).backgroundColor },
        showlegend: !data.compact && !small,
        legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
        xaxis: { gridcolor: grid, zeroline: false, rangemode: "tozero", nticks: small ? 4 : 8, tickangle: 0,
                 tickformatstops: [{ dtickrange: [null, 100], value: "~g" }, { dtickrange: [100, null], value: "~s" }],
                 title: small ? {} : { text: data.labels.step, standoff: 4 } },
        yaxis: { gridcolor: grid, zeroline: false, nticks: 5 },
        shapes,
        annotations: notes,
      }, { displayModeBar: false, responsive: true, doubleClick: "reset" });
    }
  }

  function soon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => render().catch(() => {
      waiting = false;
      root.textContent = data.labels.noChart;
    }));
  }

  return {
    drawn: false,
    draw(points, changes) {
      history = points;
      events = changes;
      this.drawn = true;
      soon();
    },
    recolour() {
      if (this.drawn) soon();
    },
    behind(points) {
      before = points;
      soon();
    },
    mark(step) {
      if (marked === step) return;
      marked = step;
      soon();
    },
    light(key) {
      if (lit === key) return;
      lit = key;
      soon();
    },
  };
}
