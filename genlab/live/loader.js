// Fetches a component's module and hands over; says so where it cannot be fetched, and asks again. Streamlit is given
// this text for every component. The modules stay files, which the browser keeps.
const LONGEST_WAIT = 30;
const places = new WeakMap(); // what is known of the place of a component on the page

// Below which path the app is served: where Streamlit's own script came from, whatever proxies made of that path.
function addressOf(data) {
  const script = document.querySelector('script[src*="/static/js/"]');
  if (!script) return data.base;
  const { origin, pathname } = new URL(script.src);
  const end = pathname.lastIndexOf("/static/js/");
  return origin === location.origin && end >= 0 ? pathname.slice(0, end) : data.base;
}

// All that a module imports, at once: found one after the other, each would cost a way to the server and back.
function askAhead(root, names) {
  for (const name of names) {
    const href = `${root}/${name}`;
    if (document.head.querySelector(`link[href="${href}"]`)) continue;
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href });
    document.head.append(link);
  }
}

function handOver(place) {
  const { component } = place;
  place.mount({ ...component, data: { ...component.data, base: addressOf(component.data) } });
}

function say(parent, sentence) {
  let line = parent.querySelector(":scope > .gl-absent");
  if (!line && sentence) {
    line = parent.appendChild(document.createElement("p"));
    line.className = "gl-absent";
    line.setAttribute("role", "alert");
  }
  if (sentence) line.textContent = sentence;
  else line?.remove();
}

async function bring(place, tries) {
  const { data, parentElement } = place.component;
  // The browser may remember a failure: another address is another try.
  const root = `${addressOf(data)}/lab/static/${data.version}${tries ? `.${tries}` : ""}`;
  try {
    if (!tries) askAhead(root, data.needs);
    place.mount = (await import(`${location.origin}${root}/${data.module}`)).mount;
  } catch (error) {
    console.error(error);
    if (!parentElement.isConnected) return places.delete(parentElement);
    say(parentElement, place.component.data.absent);
    await anotherTime(Math.min(LONGEST_WAIT, 2 ** tries));
    return bring(place, tries + 1);
  }
  say(parentElement, null);
  handOver(place);
}

// After so many seconds, or as soon as the browser is online again.
function anotherTime(seconds) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, 1000 * seconds);
    addEventListener("online", go);
  });
}

export default function (component) {
  const { data, parentElement } = component;
  const known = places.get(parentElement);
  const place = known?.module === data.module ? known : { module: data.module };
  place.component = component;
  if (place.mount) return handOver(place);
  if (place !== known) {
    places.set(parentElement, place);
    bring(place, 0);
  }
}
