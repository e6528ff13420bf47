// What the browser does without asking the server. Served from our origin, no eval: works under a strict CSP.
// Listeners are delegated to the document, so they outlive every render.
(() => {
  const $ = (id) => document.getElementById(id);
  const on = (type, act, options) => addEventListener(type, act, options);
  const near = (e, selector) => e.target.closest?.(selector);

  // One polite voice for what has no place of its own on the page.
  const live = Object.assign(document.createElement("div"), { className: "k-sr" });
  live.setAttribute("role", "status");
  const say = (text) => (live.textContent = text);
  document.readyState === "loading" ? on("DOMContentLoaded", () => document.body.append(live)) : document.body.append(live);

  // 1. Route change: once the new page has its heading (not a skeleton's), focus it and say the title.
  const main = () => document.querySelector("main h1");
  const arrive = () => {
    const old = main(), words = old?.textContent, start = performance.now(), from = document.activeElement;
    const look = () => {
      const h = main(), ready = h && !h.closest("[aria-busy=true]") && (h !== old || h.textContent !== words);
      if (!ready && performance.now() - start < 4000) return setTimeout(look, 40);
      // A menu that is still there, or a field, is a good place to be, and so is where somebody went meanwhile.
      const at = document.activeElement, elsewhere = at !== from && at !== document.body;
      if (h && !(at?.isConnected && (elsewhere || at.closest("nav,dialog,input,textarea,select")))) {
        h.tabIndex = -1;
        h.focus({ preventScroll: true });
      }
      say(document.title);
    };
    setTimeout(look, 40);
  };
  let path = location.pathname;
  const moved = () => { if (path !== location.pathname) { path = location.pathname; arrive(); } };
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function (...args) { original.apply(this, args); moved(); };
  }
  on("popstate", moved);

  // What takes itself away when it is pressed (the last "Next", a request that is answered) leaves the focus on the heading,
  // or in the dialog on the first control.
  // In a row that was moved it stays where it was: moving an element takes its focus.
  const CONTROLS = "input:not([type=hidden]),select,textarea,button";
  let last = null, inRow = false;
  on("focusin", (e) => { last = e.target; inRow = !!near(e, ".k-brow"); }, true);
  const pickUp = () => {
    if (inRow && last.id && document.activeElement === document.body) return $(last.id)?.focus();
    const dialog = document.querySelector("dialog:modal"), to = dialog ? dialog.querySelector(CONTROLS) : main();
    if (!last || last.isConnected || document.activeElement !== document.body || !to) return;
    if (!dialog) to.tabIndex = -1;
    to.focus({ preventScroll: true });
  };
  on("click", () => [150, 500, 1500].forEach((ms) => setTimeout(pickUp, ms)));

  // 2. A summary of problems takes the focus when it appears, and again when the same ones come back.
  const problems = () => $("error-summary");
  const PREFIX = "⟦Error: ⟧";
  customElements.define("k-problems", class extends HTMLElement {
    connectedCallback() {
      setTimeout(() => problems()?.focus());
      this.said = this.dataset.prefix || PREFIX;
      if (!document.title.startsWith(this.said)) document.title = this.said + document.title;
    }
    disconnectedCallback() {
      if (document.title.startsWith(this.said)) document.title = document.title.slice(this.said.length);
    }
  });
  on("submit", () => { if (problems()) setTimeout(() => problems()?.focus(), 700); });
  // The server has said who is here: what is for guests may show.
  customElements.define("k-known", class extends HTMLElement {
    connectedCallback() { document.documentElement.dataset.known = ""; }
  });

  // Tabs that scroll sideways begin where the current one is in sight.
  customElements.define("k-current", class extends HTMLElement {
    connectedCallback() {
      const nav = this.parentElement, at = nav.querySelector("[aria-current=page]");
      if (!at || nav.scrollWidth <= nav.clientWidth) return;
      const [all, one] = [nav, at].map((it) => it.getBoundingClientRect());
      nav.scrollLeft += one.left + one.width / 2 - all.left - all.width / 2;
    }
  });

  // A switch kept in this browser alone, such as the one for single keys: <input data-stores=key> with this beside it.
  customElements.define("k-stored", class extends HTMLElement {
    connectedCallback() {
      const box = this.parentElement.querySelector("[data-stores]");
      box.checked = localStorage.getItem(box.dataset.stores) !== "off";
    }
  });

  // A form that saves itself, [data-autosaves], when its typist pauses or goes elsewhere. What the form is sent for stands
  // in its input "do": "auto" then, or what the pressed [data-does] wants done with its rows.
  let paused = null, pause = 0;
  const sendAs = (form, what) => {
    form.elements.do.value = what;
    form.requestSubmit();
    form.elements.do.value = "";
  };
  const rest = () => {
    clearTimeout(pause);
    const form = paused;
    paused = null;
    if (form?.isConnected) sendAs(form, "auto");
  };
  on("input", (e) => {
    if (!e.target.form?.matches("[data-autosaves]")) return;
    paused = e.target.form;
    clearTimeout(pause);
    pause = setTimeout(rest, +paused.dataset.autosaves || 1500);
  });
  on("submit", () => { clearTimeout(pause); paused = null; }, true);
  // Not at once: a field also loses its focus while React changes the page, and hears of no event meanwhile. The form would be
  // sent by the browser itself, to nowhere.
  on("focusout", (e) => { if (paused && !paused.contains(e.relatedTarget)) setTimeout(rest); });
  on("visibilitychange", () => { if (document.hidden) rest(); });
  on("click", (e) => {
    const button = near(e, "[data-does]"), turn = button?.form?.elements.turn?.value;
    if (!button?.form || button.ariaDisabled === "true") return;
    sendAs(button.form, button.dataset.does);
    if (turn && /\.\d+\.\w+$/.test(button.dataset.does)) turning = { form: button.form, turn, since: performance.now() };
  });
  // Rows that change places are drawn anew: until they are, nothing can be typed that would be gone with them.
  let turning = null;
  const isTurning = (form) => turning?.form === form && form.elements.turn.value === turning.turn && performance.now() - turning.since < 3000;
  on("beforeinput", (e) => { if (e.target.form && isTurning(e.target.form)) e.preventDefault(); }, true);

  // A box that checks all boxes of its form, [data-checks].
  on("change", (e) => {
    if (e.target.matches("[data-checks]")) for (const box of e.target.form.querySelectorAll("input[type=checkbox]")) box.checked = e.target.checked;
  });

  // A download of what is chosen: [data-leaves] is its address, the ids stand behind "pick." in the names of the boxes.
  on("click", (e) => {
    const button = near(e, "[data-leaves]");
    if (!button) return;
    const chosen = [...button.form.querySelectorAll("input[name^='pick.']:checked")].map((box) => `&question=${box.name.slice(5)}`);
    if (chosen.length) location.assign(button.dataset.leaves.replace(/category=.*/, "") + chosen.join("").slice(1));
  });

  on("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) near(e, "form[data-sends] textarea")?.form.requestSubmit();
  });

  // A chosen file is read into the field that [data-reads] names: as UTF-8, or as what spreadsheets of old wrote.
  on("change", async (e) => {
    const to = $(near(e, "[data-reads]")?.dataset.reads), file = e.target.files?.[0];
    if (!to || !file) return;
    const asks = near(e, "[data-converts]")?.dataset.converts; // What is no text is read by the server.
    if (asks && /\.xlsx$/i.test(file.name)) {
      const said = await fetch(asks, { method: "POST", body: file }).catch(() => null);
      to.value = said?.ok ? await said.text() : "";
      if (!said?.ok) to.setAttribute("placeholder", "⟦This file could not be read. Save it as XLSX or CSV once more.⟧");
      to.dispatchEvent(new Event("input", { bubbles: true }));
      return to.focus();
    }
    const bytes = new Uint8Array(await file.arrayBuffer()), wide = { 65279: "utf-16le", 65534: "utf-16be" }[bytes[0] | (bytes[1] << 8)];
    const as = (name, fatal) => new TextDecoder(name, { fatal }).decode(bytes);
    // Past React, which would take what is set on the element for old.
    const put = (text) => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(to), "value").set.call(to, text);
    try { put(as(wide || "utf-8", true)); } catch { put(as("windows-1252", false)); }
    to.dispatchEvent(new Event("input", { bubbles: true }));
    to.focus();
  });

  // 3. Single keys: [data-key="j"]. Off while typing or in a dialog or menu, and when the user has turned them off.
  const typing = (e) => near(e, "input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable=true],dialog,[role=menu]");
  on("keydown", (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector("dialog:modal")) return;
    if (localStorage.getItem("shortcuts") === "off") return;
    const all = document.querySelectorAll(`[data-key="${CSS.escape(e.key.toLowerCase())}"]`);
    const el = [...all].find((x) => x.checkVisibility());
    if (!el) return;
    e.preventDefault();
    el.focus();
    el.matches("input:not([type=radio],[type=checkbox]),textarea") ? el.select() : el.click();
  });

  // Search, <dialog id=find>: Ctrl-K everywhere, and / where no button of the page has it. Its script comes when it opens.
  const findKey = (e) =>
    !e.shiftKey && !e.altKey && (e.ctrlKey || e.metaKey ? e.key.toLowerCase() === "k" : e.key === "/" && !typing(e) && localStorage.getItem("shortcuts") !== "off");
  on("keydown", (e) => {
    const dialog = $("find");
    if (e.defaultPrevented || !dialog || dialog.open || !findKey(e) || document.querySelector("dialog:modal")) return;
    e.preventDefault();
    dialog.showModal();
  });
  on("focusin", (e) => { if (e.target.id === "find-words") import("/finder.js").then((it) => it.start(e.target.closest("dialog"))); });

  // 4. Grids: arrows, Home and End move between the cells, which are one tab stop.
  on("keydown", (e) => {
    const cell = near(e, ".k-gb button.k-cell");
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -99], End: [0, 99] }[e.key];
    if (!cell || !step) return;
    e.preventDefault();
    const clamp = (n, list) => list[Math.min(list.length - 1, Math.max(0, n))];
    const cells = (row) => [...row.querySelectorAll("button.k-cell")];
    const rows = [...cell.closest("tbody").rows], row = cell.closest("tr");
    const to = clamp(cells(row).indexOf(cell) + step[1], cells(clamp(rows.indexOf(row) + step[0], rows)));
    cell.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });

  // 5. Dialogs: [data-opens=id] shows <dialog id>, [data-closes] closes. Esc and the inert page are the browser's.
  // Several buttons may open one menu: it belongs to the one that was pressed last.
  let presser = null;
  on("click", (e) => (presser = near(e, "[popovertarget]") ?? presser), true);
  const owner = (pop) =>
    presser?.isConnected && presser.getAttribute("popovertarget") === pop.id ? presser : document.querySelector(`[popovertarget="${CSS.escape(pop.id)}"]`);
  // One dialog of many rows ([data-filled] counts how often it was filled) is empty until the server has filled it for this
  // one: nobody acts on the row before.
  const fill = (dialog) => {
    if (dialog.dataset.filled === undefined) return;
    const wait = new MutationObserver(() => done());
    const done = () => {
      wait.disconnect();
      dialog.removeEventListener("close", done);
      dialog.removeAttribute("aria-busy");
      dialog.removeAttribute("aria-label");
      dialog.setAttribute("aria-labelledby", `${dialog.id}-t`);
      if (dialog.open && [dialog, document.body].includes(document.activeElement)) dialog.querySelector(CONTROLS)?.focus();
    };
    dialog.setAttribute("aria-busy", "true");
    dialog.setAttribute("aria-label", "⟦Loading⟧");
    dialog.removeAttribute("aria-labelledby");
    dialog.addEventListener("close", done);
    wait.observe(dialog, { attributeFilter: ["data-filled"] });
  };
  const show = (dialog) => { fill(dialog); dialog.showModal(); }; // in this order: what is hidden takes no focus
  on("opens", (e) => show(e.target)); // from a script of one page
  on("click", (e) => {
    const opener = near(e, "[data-opens]");
    if (near(e, "[data-closes]")) near(e, "dialog")?.close();
    const dialog = opener && $(opener.dataset.opens);
    if (dialog && !dialog.open) {
      const pop = opener.closest("[popover]"); // From a menu, the focus returns to its button: the item is gone by then.
      (pop ? owner(pop) : opener)?.focus({ preventScroll: true }); // Safari does not focus a clicked button.
      pop?.hidePopover();
      show(dialog);
    }
    if (e.target.matches?.("dialog[open]:is([data-light],[aria-busy=true])")) { // The backdrop: the dialog itself, outside of its box.
      const r = e.target.getBoundingClientRect();
      if (e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom) e.target.close();
    }
    if (near(e, "dialog a[href]")) near(e, "dialog").close(); // It leads away, maybe to this very page.
  });

  // 6. Menus: <button popovertarget=id> and <div id popover role=menu>. The browser opens, and closes outside and on Esc.
  const offered = (item) => getComputedStyle(item.closest("form") ?? item).display !== "none"; // also before it is open
  const items = (menu) => [...menu.querySelectorAll("[role=menuitem]:not([aria-disabled=true])")].filter(offered);
  const place = (menu) => {
    const r = owner(menu)?.getBoundingClientRect();
    if (!r) return;
    const tall = items(menu).length * (matchMedia("(pointer:coarse)").matches ? 46 : 38) + 24; // No box before it shows.
    const down = innerHeight - r.bottom > tall || r.top < innerHeight / 2;
    const left = r.left + r.width / 2 < innerWidth / 2; // It grows towards the middle of the screen.
    menu.style.insetBlock = down ? `${r.bottom + 4}px auto` : `auto ${innerHeight - r.top + 4}px`;
    menu.style.left = left ? `${Math.max(8, r.left)}px` : "auto";
    menu.style.right = left ? "auto" : `${Math.max(8, document.documentElement.clientWidth - r.right)}px`;
  };
  const menuOf = (e) => (e.target.matches?.("[role=menu][popover]") ? e.target : null);
  on("beforetoggle", (e) => { if (menuOf(e) && e.newState === "open") place(e.target); }, true);
  on("toggle", (e) => {
    const menu = menuOf(e);
    if (!menu) return;
    owner(menu)?.setAttribute("aria-expanded", String(e.newState === "open"));
    if (e.newState === "open") items(menu)[0]?.focus({ preventScroll: true });
  }, true);
  const follow = () => document.querySelectorAll("[role=menu]:popover-open").forEach(place);
  on("scroll", follow, { capture: true, passive: true });
  on("resize", follow);
  on("keydown", (e) => {
    const menu = near(e, "[role=menu]");
    if (!menu) return;
    const all = items(menu), at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[e.key];
    if (to !== undefined) {
      e.preventDefault();
      all[to % all.length].focus();
    } else if (e.key === "Tab") { // Not prevented: Tab goes on from the button.
      owner(menu)?.focus();
      menu.hidePopover();
    } else if (e.key.length === 1 && e.key !== " " && !e.ctrlKey && !e.metaKey && !e.altKey) {
      const letter = e.key.toLowerCase();
      [...all.slice(at + 1), ...all.slice(0, at + 1)].find((x) => x.textContent.trim().toLowerCase().startsWith(letter))?.focus();
    }
  });
  on("click", (e) => {
    const menu = near(e, "[role=menuitem]")?.closest("[popover]");
    if (!menu?.matches(":popover-open")) return;
    menu.hidePopover();
    if (!document.querySelector("dialog:modal")) owner(menu)?.focus({ preventScroll: true });
  });

  // Things of a list, [data-drags=name]>li[draggable], are dragged to another place of a list of that name. Nothing moves here:
  // the form [data-dropped] is told what was dropped before what, and the page draws the new order.
  let dragged = null, mark = null;
  const landing = (e) => {
    const list = e.target.closest?.("[data-drags]");
    let at = e.target.closest?.("[data-drags]>li"), into = list;
    if (!dragged || !list) return null;
    if (dragged.parentElement.dataset.drags !== list.dataset.drags) { // An item over a module, or a module over an item.
      at = e.target.closest("[data-drags=modules]>li");
      into = dragged.parentElement.dataset.drags === "modules" ? at?.parentElement : at?.querySelector("[data-drags=items]");
      if (!into) return null;
      if (into.dataset.drags === "items") at = null;
    }
    const box = at?.getBoundingClientRect(), below = box && e.clientY > box.top + box.height / 2;
    return { into, at, below, before: at ? (below ? at.nextElementSibling : at) : null };
  };
  const unmark = () => mark?.removeAttribute("data-over");
  on("dragstart", (e) => {
    dragged = e.target.matches?.("[data-drags]>li") ? e.target : null;
    if (dragged) e.dataTransfer.effectAllowed = "move";
  });
  on("dragover", (e) => {
    const to = landing(e);
    unmark();
    if (!to) return;
    e.preventDefault();
    mark = to.at ?? to.into;
    mark.dataset.over = to.at ? (to.below ? "below" : "above") : "inside";
  });
  on("drop", (e) => {
    const to = landing(e), form = document.querySelector("[data-dropped]");
    if (!to || !form || to.before === dragged || to.at === dragged) return;
    e.preventDefault();
    const values = { what: dragged.parentElement.dataset.drags, dragged: dragged.dataset.id, into: to.into.dataset.into, before: to.before?.dataset.id };
    for (const name in values) form.elements[name].value = values[name] ?? "";
    form.requestSubmit();
  });
  on("dragend", () => { unmark(); dragged = mark = null; });

  // Rows of such a list by keyboard: arrows go from one to the next, Alt and an arrow moves it.
  on("keydown", (e) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[e.key], row = step && !e.ctrlKey && !e.metaKey && near(e, ".k-brow");
    if (!row) return;
    e.preventDefault();
    if (e.altKey) return row.querySelector(`[data-step="${step}"]`)?.click();
    const all = [...document.querySelectorAll(".k-brow .k-pick")];
    all[all.indexOf(row.querySelector(".k-pick")) + step]?.focus();
  });
  on("click", (e) => { // [data-focuses=id] goes to that field, after the menu has given the focus back.
    const b = near(e, "[data-focuses]"), pop = b?.closest("[popover]"), from = [document.body, b, pop && owner(pop)];
    const go = () => { if (from.includes(document.activeElement)) { $(b.dataset.focuses)?.focus(); $(b.dataset.focuses)?.select?.(); } };
    if (b) [60, 400, 900].forEach((ms) => setTimeout(go, ms)); // The field may still be on its way; who went elsewhere stays.
  });

  // 7. Small things a page asks for by a data attribute.
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const box = Object.assign(document.createElement("textarea"), { value: text, className: "k-sr" }); // Plain http.
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };
  on("click", (e) => {
    const b = near(e, "[data-copies],[data-filters],[data-expands],[data-embed],[data-prints]"), d = b?.dataset;
    if (!b) return;
    if (d.copies !== undefined) {
      copy(d.copies).then(() => {
        b.classList.add("is-copied");
        say(d.said || "");
        setTimeout(() => b.classList.remove("is-copied"), 2500);
      });
    }
    if (d.prints !== undefined) print();
    if (d.filters !== undefined) { // Show only the children that carry data-keep.
      const only = b.getAttribute("aria-pressed") !== "true";
      b.setAttribute("aria-pressed", String(only));
      $(d.filters)?.toggleAttribute("data-only", only);
    }
    if (d.expands !== undefined) {
      const open = b.getAttribute("aria-expanded") !== "true";
      b.setAttribute("aria-expanded", String(open));
      $(d.expands)?.querySelectorAll("details").forEach((x) => (x.open = open));
    }
    if (d.embed?.startsWith("https://")) { // An outside video loads when the reader asks for it, never before.
      e.preventDefault();
      const frame = Object.assign(document.createElement("iframe"), {
        className: "k-video", src: d.embed, title: d.title || b.textContent.trim(), allow: "autoplay; fullscreen; picture-in-picture",
      });
      frame.referrerPolicy = "strict-origin-when-cross-origin";
      b.replaceWith(frame);
      frame.focus();
    }
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details.k-marks").forEach((x) => (x.open = true)));
  on("change", (e) => {
    const shown = e.target.dataset?.shows, field = shown && $(shown);
    if (field) field.type = e.target.checked ? "text" : "password";
    if (e.target.dataset?.stores) localStorage.setItem(e.target.dataset.stores, e.target.checked ? "on" : "off");
  });
  // A change of language loads the page again: what is typed comes back, but no password and no file. An attempt and a draft
  // keep theirs by themselves.
  const TYPED = "lectern-typed", here = () => location.pathname + location.search;
  const kept = ":is(input:not([type=password],[type=file],[type=hidden]),textarea,select):is([id],[name]):not([data-keeps])";
  on("submit", (e) => {
    if (!e.target.getAttribute("action")?.startsWith("/auth/language/") || path.startsWith("/attempts/")) return;
    const typed = [...document.querySelectorAll(`main ${kept}`)].map((f) => [f.id, f.name, f.type, f.checked, f.value]);
    sessionStorage.setItem(TYPED, JSON.stringify({ at: here(), typed }));
  }, true);
  const typed = JSON.parse(sessionStorage.getItem(TYPED) ?? "null");
  sessionStorage.removeItem(TYPED);
  const set = (field, name, value) => {
    if (field[name] === value) return;
    const type = { INPUT: HTMLInputElement, TEXTAREA: HTMLTextAreaElement, SELECT: HTMLSelectElement }[field.tagName];
    Object.getOwnPropertyDescriptor(type.prototype, name).set.call(field, value); // Past React, which then hears of it.
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
  };
  const putBack = (left, since) => {
    const missing = left.filter(([id, name, type, checked, value]) => {
      const ticks = type === "checkbox" || type === "radio";
      const named = id ? [$(id)] : [...document.getElementsByName(name)].filter((f) => !ticks || f.value === value);
      const field = document.documentElement.dataset.known !== undefined && named.length === 1 && named[0];
      if (field) set(field, ticks ? "checked" : "value", ticks ? checked : value);
      return !field;
    });
    if (missing.length && performance.now() - since < 8000) setTimeout(putBack, 100, missing, since);
  };
  if (typed?.at === here()) putBack(typed.typed, performance.now());

  // A password is never submitted from a field of type text: browsers would remember it as plain text.
  on("submit", (e) => {
    e.target.querySelectorAll?.("[data-shows]:checked").forEach((box) => {
      const field = $(box.dataset.shows);
      if (field) field.type = "password";
      box.checked = false;
    });
  }, true);
})();
