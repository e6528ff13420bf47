// The search dialog, <dialog id=find>: what is typed is asked of /search, and what comes back is listed by kind.
// Whatever is drawn is text; addresses come from the server.
const PAUSE = 120, KEPT = 6, KEY = "lectern.found";
const make = (tag, props = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...inside);
  return made;
};

export function start(dialog) {
  if (dialog.started) return;
  dialog.started = true;
  const field = dialog.querySelector("input"), list = dialog.querySelector("[role=listbox]"), status = dialog.querySelector("[role=status]");
  const kind = (name) => dialog.querySelector(`[data-kind="${name}"]`);
  let pause = 0, asking = null, options = [], at = -1;

  // What was opened before, in this tab and by this person only.
  const recent = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY));
      return kept?.who === dialog.dataset.who ? kept.hits : [];
    } catch { return []; }
  };
  const remember = (hit) => {
    const hits = [hit, ...recent().filter((one) => one.url !== hit.url)].slice(0, KEPT);
    try { sessionStorage.setItem(KEY, JSON.stringify({ who: dialog.dataset.who, hits })); } catch { /* No room, no memory. */ }
  };

  const choose = (to) => {
    options[at]?.setAttribute("aria-selected", "false");
    at = to;
    const option = options[at];
    option?.setAttribute("aria-selected", "true");
    option ? field.setAttribute("aria-activedescendant", option.id) : field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: at ? "nearest" : "end" });
  };
  const words = (pieces) => pieces.map((one) => (one.hit ? make("mark", {}, one.text) : one.text));
  const drawn = (hit, number) => {
    const option = make("a", { href: hit.url, id: `find-${number}`, tabIndex: -1, className: "k-find-o" });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.hit = hit;
    const text = make("span", {}, make("span", { className: "k-find-n" }, ...words(hit.title)));
    if (hit.where) text.append(make("span", { className: "k-find-w" }, hit.where));
    if (hit.extract?.some((one) => one.hit)) text.append(make("span", { className: "k-find-e" }, ...words(hit.extract)));
    option.append(kind(hit.kind).firstElementChild.cloneNode(true), text);
    return option;
  };
  const show = (groups) => {
    options = [];
    const parts = groups.map(([name, hits]) => {
      const heading = make("div", { className: "k-find-h", id: `find-${name}` }, kind(name).lastElementChild.textContent);
      const group = make("div", {}, heading, ...hits.map((hit) => { options.push(drawn(hit, options.length)); return options.at(-1); }));
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", heading.id);
      return group;
    });
    list.replaceChildren(...parts);
    list.scrollTop = 0;
    field.setAttribute("aria-expanded", String(options.length > 0));
    at = -1;
    choose(options.length ? 0 : -1);
  };
  const say = (state, text = "") => {
    dialog.dataset.now = state;
    status.textContent = text;
  };

  const rest = () => { // Nothing is asked: what was opened before, or what one can do here.
    const hits = recent();
    show(hits.length ? [["recent", hits]] : []);
    say(hits.length ? "" : "empty");
  };
  const draw = ({ hits, more }) => {
    const groups = new Map();
    for (const hit of hits) groups.has(hit.kind) ? groups.get(hit.kind).push(hit) : groups.set(hit.kind, [hit]);
    show([...groups]);
    const d = status.dataset, said = more ? d.more : hits.length === 1 ? d.one : d.many;
    say(hits.length ? "" : "none", hits.length ? said.replace("{count}", hits.length) : d.none);
  };
  const fail = (state) => {
    show([]);
    say(state, dialog.querySelector(`[data-when=${state}]`).textContent);
  };
  const ask = async () => {
    clearTimeout(pause);
    asking?.abort();
    const asked = field.value.trim();
    if (!asked) { asking = null; return rest(); }
    const mine = (asking = new AbortController());
    dialog.dataset.busy = "";
    let act;
    try {
      const said = await fetch(`/search?q=${encodeURIComponent(asked)}`, { signal: mine.signal, headers: { accept: "application/json" } });
      const found = said.ok ? await said.json() : null;
      act = found ? () => draw(found) : () => fail({ 401: "out", 429: "many" }[said.status] ?? "failed");
    } catch {
      act = () => fail("offline");
    }
    if (mine !== asking) return; // The newest answer wins.
    asking = null;
    delete dialog.dataset.busy;
    act();
  };

  const open = (option) => {
    if (!option) return;
    remember({ kind: option.hit.kind, title: option.hit.title.map((one) => ({ text: one.text })), where: option.hit.where, url: option.hit.url });
    dialog.close();
    const url = option.getAttribute("href"), router = window.__reactRouterDataRouter;
    router ? router.navigate(url) : location.assign(url);
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    if (!field.value.trim()) return void ask();
    pause = setTimeout(ask, PAUSE);
  });
  dialog.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && options.length) {
      e.preventDefault();
      choose((at + step + options.length) % options.length);
    } else if (e.key === "Enter" && e.target === field) {
      e.preventDefault();
      e.ctrlKey || e.metaKey ? options[at] && window.open(options[at].href) : open(options[at]);
    } else if (e.key === "Escape") { // The browser would empty the field first.
      e.preventDefault();
      dialog.close();
    } else if (e.key.toLowerCase() === "k" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      field.select();
    }
  });
  list.addEventListener("pointermove", (e) => {
    const to = options.indexOf(e.target.closest("[role=option]"));
    if (to >= 0 && to !== at) choose(to);
  });
  list.addEventListener("click", (e) => {
    const option = e.target.closest("[role=option]");
    if (!option || e.button || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    e.stopPropagation();
    open(option);
  });
  addEventListener("online", () => { if (dialog.open && dialog.dataset.now === "offline") ask(); });
  dialog.addEventListener("close", () => { clearTimeout(pause); asking?.abort(); asking = null; delete dialog.dataset.busy; });
  // What was looked for last is still there, chosen, to be typed over.
  field.addEventListener("focus", () => { if (!dialog.contains(dialog.last)) { field.select(); if (!asking) ask(); } });
  dialog.addEventListener("focusin", (e) => (dialog.last = e.target));
  dialog.addEventListener("close", () => (dialog.last = null));
  ask();
}
