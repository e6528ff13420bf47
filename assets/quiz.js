// The journal of answers meets the page: the form with the id "answer", the socket, and React.
// The logic is in journal.js. Nothing here draws: `useJournal` tells the page's own components what to say.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { sendChosen } from "./sending.js";
import { createJournal, fillForm, isBlank, readForm, same, uuid7 } from "./journal.js";

const FORM = "answer";
const SETTLE = 8000; // ms to wait for acknowledgements before submitting
const LAST_MOMENT = 3000; // the same at the end of the time: well within the server's grace
const AGAIN = 15000; // ms after which a page whose time is over says so again

// One attempt is on a page, so one of each is enough.
const NOTHING = { state: "", at: "", problem: "", read: "", blank: true, words: 0 };
let shown = NOTHING;
let journal = null;
const watchers = new Set();

function show(changes) {
  if (Object.keys(changes).every((name) => shown[name] === changes[name])) return;
  shown = { ...shown, ...changes };
  for (const watcher of watchers) watcher();
}

function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

// state: "", saving, saved, retry or offline · at: when it was saved · problem: "", unsaved, late, over or refused ·
// read: how the answer was understood · blank: whether the form is empty · words: of the text in it.
export function useJournal(name) {
  return useSyncExternalStore(watch, () => shown[name], () => NOTHING[name]);
}

const makeId = () => uuid7(Date.now(), (bytes) => crypto.getRandomValues(bytes));
const controls = () => [...(document.getElementById(FORM)?.elements ?? [])];
const answer = () => JSON.stringify(readForm(controls()));
const inForm = () => {
  const typed = controls().find((control) => control.tagName === "TEXTAREA")?.value ?? "";
  return { blank: isBlank(readForm(controls())), words: typed.match(/\S+/g)?.length ?? 0, read: "" };
};

// A list whose order is the answer: the hidden input of each item has its place, empty where nobody has moved anything.
const lists = () => document.getElementById(FORM)?.querySelectorAll("[data-places]") ?? [];
const place = (item) => +item.querySelector("input").value || 1000 + +item.dataset.at;

function arrange() {
  for (const list of lists()) {
    const items = [...list.children];
    const sorted = [...items].sort((a, b) => place(a) - place(b));
    if (sorted.some((item, at) => item !== items[at])) list.append(...sorted);
  }
}

function moved(item) {
  const list = item.parentElement;
  [...list.children].forEach((each, at) => (each.querySelector("input").value = at + 1));
  const said = list.dataset.places.replace("{n}", [...list.children].indexOf(item) + 1);
  list.nextElementSibling.textContent = said.replace("{all}", list.children.length);
}

function step(button) {
  const item = button.closest("li");
  const other = button.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (button.dataset.move === "up") other.before(item);
  else other.after(item);
  button.focus();
  moved(item);
}

// Dragging within such a list; `done` once an item lies somewhere else.
function drags(done) {
  let dragged = null;
  return {
    dragstart: (event) => (dragged = event.target.closest?.("[data-places]>li") ?? null),
    dragover: (event) => {
      const over = event.target.closest?.("[data-places]>li");
      if (!dragged || over?.parentElement !== dragged.parentElement) return;
      event.preventDefault();
      if (over === dragged) return;
      const { top, height } = over.getBoundingClientRect();
      if (event.clientY > top + height / 2) over.after(dragged);
      else over.before(dragged);
    },
    drop: (event) => dragged && event.preventDefault(),
    dragend: () => {
      if (!dragged) return;
      moved(dragged);
      dragged = null;
      done();
    },
  };
}

// This tab, over reloads.
function tab() {
  const id = sessionStorage.getItem("lectern.tab") ?? makeId();
  sessionStorage.setItem("lectern.tab", id);
  return id;
}

// Files of an answer. Each that was sent is a ticked box in the list of its field: its answer names it by that.
function offer(list, entry) {
  if ([...list.querySelectorAll("input")].some((box) => box.value === entry)) return;
  const [id, name] = entry.split("/");
  const item = document.createElement("li"), label = document.createElement("label"), link = document.createElement("a");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: list.dataset.sent, value: entry });
  const words = Object.assign(document.createElement("span"), { textContent: name });
  label.className = "k-check";
  label.append(box, words);
  Object.assign(link, { href: `/files/${id}`, target: "_blank", className: "k-link", textContent: list.dataset.opens });
  link.setAttribute("aria-label", `${list.dataset.opens} ${name}`);
  item.append(label, link);
  list.append(item);
}

let sending = 0; // inputs whose files are on their way
addEventListener("beforeunload", (event) => sending && event.preventDefault());

async function sends(input, attempt, question, changed) {
  const own = journal;
  const list = input.closest("[data-upload-box]").querySelector("[data-sent]");
  const check = () => {
    if (list.querySelectorAll("input:checked").length >= +input.dataset.max)
      throw new Error(say("⟦At most {n} can be handed in. Untick another one first.⟧", { n: input.dataset.max }));
  };
  sending += 1;
  await sendChosen(input, "answer", attempt, check, (said) => {
    const entry = `${said.id}/${said.name}`;
    if (list.isConnected) {
      offer(list, entry);
      [...list.querySelectorAll("input")].find((one) => one.value === entry).checked = true;
      return changed();
    }
    // Another question stands here by now, or another page: the file still joins its own. Without a page nobody hears that
    // it was kept; the next page of this attempt sends it once more, and hears it.
    const value = JSON.parse(own.latest(question) ?? "{}");
    value[list.dataset.sent] = [...(value[list.dataset.sent] ?? []), entry];
    own.change(question, JSON.stringify(value), false);
    if (own !== journal) own.stop();
  });
  sending -= 1;
}

// Everything acknowledged, or `ms` gone by. True if nothing waits any more.
async function settled(ms) {
  journal?.flush();
  const until = Date.now() + ms;
  while ((journal?.pending() || sending) && Date.now() < until) await new Promise((done) => setTimeout(done, 50));
  return !journal?.pending() && !sending;
}

// Listens to the form and draws nothing. `acks` are lines of JSON, the newest first: what became of saves.
export function AnswerJournal(props) {
  const { attempt, question, seq, value, acks, connected, deadline, serverNow } = props;
  const now = useRef(props); // the newest props, for listeners that outlive a render
  now.current = props;

  useEffect(() => {
    if (!attempt) return;
    show(NOTHING);
    journal = createJournal({
      attempt,
      tab: tab(),
      storage: localStorage,
      now: Date.now,
      makeId,
      later: { set: (act, ms) => setTimeout(act, ms), clear: (timer) => clearTimeout(timer) },
      send: (entry) => now.current.onSave?.(attempt, entry.question, entry.id, entry.base, entry.value),
      onChange: () => journal && show(journal.status()),
      onClash: (_, id) => now.current.onClash?.(id),
      onRefused: (_, ack) => show({ problem: ack.late ? "late" : ack.error === "attempt_over" ? "over" : "refused" }),
    });
    const changed = (typing) => {
      show(inForm());
      journal.change(now.current.question, answer(), typing);
    };
    const once = async (act) => {
      show({ problem: "" });
      if (await settled(SETTLE)) now.current[act]?.();
      else show({ problem: "unsaved" });
    };
    const ours = (event) => now.current.question && event.target.form?.id === FORM;
    const isChoice = (event) => ["radio", "checkbox"].includes(event.target.type);
    const flush = () => journal.flush();
    const line = () => journal.connect(navigator.onLine);
    const listeners = {
      input: (event) => ours(event) && !isChoice(event) && changed(true),
      change: (event) => {
        if (!ours(event)) return;
        if (event.target.dataset.answers) sends(event.target, attempt, now.current.question, () => changed(false));
        else if (isChoice(event)) changed(false);
        else flush();
      },
      focusout: (event) => ours(event) && flush(),
      visibilitychange: () => document.hidden && flush(),
      // Enter in a field sends the answer, not the form.
      submit: (event) => event.target.id === FORM && (event.preventDefault(), flush()),
      click: (event) => {
        if (event.target.closest?.("[data-submits]")) once("onSubmit");
        if (event.target.closest?.("[data-checks]")) once("onCheck");
        const button = event.target.closest?.("[data-move]");
        if (button?.form?.id === FORM) {
          step(button);
          changed(false);
        }
        if (!event.target.closest?.("[data-clears]")) return;
        fillForm(controls(), {});
        arrange();
        changed(false);
      },
      ...drags(() => changed(false)),
    };
    for (const name in listeners) document.addEventListener(name, listeners[name], true);
    for (const name of ["online", "offline"]) addEventListener(name, line);
    addEventListener("pagehide", flush);
    const resume = () => journal.resume().includes(now.current.question) && put();
    resume();
    const watchman = setInterval(resume, 5000);
    return () => {
      flush();
      journal.stop();
      journal = null;
      clearInterval(watchman);
      for (const name in listeners) document.removeEventListener(name, listeners[name], true);
      for (const name of ["online", "offline"]) removeEventListener(name, line);
      removeEventListener("pagehide", flush);
    };
  }, [attempt]);

  // The form shows what is kept on this device, or else what the server has.
  const put = () => {
    const { question, seq, value } = now.current;
    if (!journal || !question) return;
    const known = JSON.stringify(value ?? {});
    const wanted = journal.seen(question, seq, known) ?? known;
    const given = JSON.parse(wanted);
    for (const list of document.querySelectorAll("[data-sent]"))
      for (const entry of given[list.dataset.sent] ?? []) offer(list, entry);
    if (!same(answer(), wanted)) fillForm(controls(), given);
    arrange();
    show(inForm());
  };
  useEffect(put, [attempt, question, seq, JSON.stringify(value)]);

  useEffect(() => {
    for (const line of (acks || "").split("\n").filter(Boolean).reverse()) {
      const ack = JSON.parse(line);
      journal?.acked(ack);
      if (ack.question === now.current.question && !ack.stale) show({ read: ack.read ?? "" });
    }
  }, [acks]);

  useEffect(() => journal?.connect(connected && navigator.onLine), [attempt, connected]);

  // The end of the time, by the server's clock: send what is left, wait for it, and say that the time is up.
  useEffect(() => {
    if (!deadline) return;
    const end = Date.now() + Date.parse(deadline) - Date.parse(serverNow);
    let timer = 0;
    const check = async () => {
      const left = end - Date.now();
      // Not longer at once: a laptop that slept, and a timeout's own limit of 24 days.
      if (left > 0) return void (timer = setTimeout(check, Math.min(left, AGAIN)));
      await settled(LAST_MOMENT);
      now.current.onTimeUp?.();
      timer = setTimeout(check, AGAIN);
    };
    check();
    return () => clearTimeout(timer);
  }, [attempt, deadline, serverNow]);

  return null;
}

// An answer that is only tried out: the form is read when it is sent, and nothing of it is kept.
export function AnswerTrial({ question, onTry }) {
  const now = useRef(onTry);
  now.current = onTry;

  useEffect(() => {
    if (!question) return;
    arrange();
    const listeners = {
      submit: (event) => event.target.id === FORM && (event.preventDefault(), now.current?.(answer())),
      click: (event) => {
        const button = event.target.closest?.("[data-move]");
        if (button?.form?.id === FORM) step(button);
      },
      ...drags(() => {}),
    };
    for (const name in listeners) document.addEventListener(name, listeners[name], true);
    return () => {
      for (const name in listeners) document.removeEventListener(name, listeners[name], true);
    };
  }, [question]);

  return null;
}
