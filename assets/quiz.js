// What a quiz needs of the browser: the journal of answers tied to the form on the page, and a clock.
// The logic of the journal is in journal.js; here it meets the DOM, the socket and React.
import { createElement as h, useEffect, useRef, useSyncExternalStore } from "react";
import { createJournal, fillForm, isBlank, readForm, same, uuid7 } from "./journal.js";

const FORM = "answer";
const SETTLE = 8000; // ms to wait for acknowledgements before submitting
const LAST_MOMENT = 3000; // the same at the end of the time: well within the server's grace
const AGAIN = 15000; // ms after which a page whose time is over says so again

// ---- What the parts of the page share: one attempt is on a page, so one of each is enough.

const NOTHING = { state: "idle", at: 0, pending: 0, problem: "", read: "", blank: true };
let shown = NOTHING;
let journal = null;
const watchers = new Set();

function show(changes) {
  if (Object.keys(changes).every((name) => shown[name] === changes[name])) return;
  shown = { ...shown, ...changes };
  for (const watcher of watchers) watcher();
}

const watch = (watcher) => (watchers.add(watcher), () => watchers.delete(watcher));
const useShown = (name) => useSyncExternalStore(watch, () => shown[name], () => NOTHING[name]);

const tab = () => {
  const id = sessionStorage.getItem("lectern.tab") ?? makeId();
  sessionStorage.setItem("lectern.tab", id);
  return id;
};
const makeId = () => uuid7(Date.now(), (bytes) => crypto.getRandomValues(bytes));
const form = () => document.getElementById(FORM);
const controls = () => [...(form()?.elements ?? [])];

// Everything acknowledged, or `ms` gone by. True if nothing waits any more.
async function settled(ms) {
  journal?.flush();
  const until = Date.now() + ms;
  while (journal?.pending() && Date.now() < until) await new Promise((done) => setTimeout(done, 50));
  return !journal?.pending();
}

// ---- The journal

// Listens to the form and draws nothing. `acks` are lines of JSON, the newest first: what became of saves.
export function AnswerJournal({ attempt, question, seq, value, acks, connected, ...events }) {
  const to = useRef(events);
  const at = useRef("");
  to.current = events;
  at.current = question;
  const json = JSON.stringify(value ?? {});

  useEffect(() => {
    if (!attempt) return;
    show(NOTHING);
    journal = createJournal({
      attempt,
      tab: tab(),
      storage: localStorage,
      now: Date.now,
      makeId,
      later: { set: (act, ms) => setTimeout(act, ms), clear: clearTimeout },
      send: (entry) => to.current.onSave?.(attempt, entry.question, entry.id, entry.base, entry.value),
      onChange: () => journal && show(journal.status()),
      onClash: (_, id) => to.current.onClash?.(id),
      onRefused: (_, ack) => show({ problem: ack.late ? "late" : ack.error === "attempt_over" ? "over" : "refused" }),
    });
    const changed = (typing) => {
      const given = readForm(controls());
      show({ blank: isBlank(given), read: "" });
      journal.change(at.current, JSON.stringify(given), typing);
    };
    const ours = (event) => at.current && event.target.form?.id === FORM;
    const isChoice = (event) => ["radio", "checkbox"].includes(event.target.type);
    const line = () => journal.connect(navigator.onLine);
    const flush = () => journal.flush();
    const listeners = [
      ["input", (event) => ours(event) && !isChoice(event) && changed(true)],
      ["change", (event) => ours(event) && (isChoice(event) ? changed(false) : flush())],
      ["focusout", (event) => ours(event) && flush()],
      // Enter in a field sends the answer, not the form.
      ["submit", (event) => event.target.id === FORM && (event.preventDefault(), flush())],
      ["click", (event) => {
        if (event.target.closest?.("[data-clears]")) {
          fillForm(controls(), {});
          changed(false);
        } else if (event.target.closest?.("[data-submits]")) submit();
      }],
      ["visibilitychange", () => document.hidden && flush()],
    ];
    const submit = async () => {
      show({ problem: "" });
      if (await settled(SETTLE)) to.current.onSubmit?.();
      else show({ problem: "unsaved" });
    };
    for (const [name, listener] of listeners) document.addEventListener(name, listener, true);
    for (const name of ["online", "offline"]) addEventListener(name, line);
    addEventListener("pagehide", flush);
    const resume = () => journal.resume().includes(at.current) && put(at.current);
    resume();
    const watchman = setInterval(resume, 5000);
    return () => {
      flush();
      journal.stop();
      journal = null;
      clearInterval(watchman);
      for (const [name, listener] of listeners) document.removeEventListener(name, listener, true);
      for (const name of ["online", "offline"]) removeEventListener(name, line);
      removeEventListener("pagehide", flush);
    };
  }, [attempt]);

  // The form shows what is kept on this device, or else what the server has.
  const put = (id) => {
    const answer = journal?.seen(id, seq, json) ?? json;
    if (!same(JSON.stringify(readForm(controls())), answer)) fillForm(controls(), JSON.parse(answer));
    show({ blank: isBlank(readForm(controls())), read: "" });
  };
  useEffect(() => {
    if (journal && question) put(question);
  }, [attempt, question, seq, json]);

  useEffect(() => {
    for (const line of (acks || "").split("\n").filter(Boolean).reverse()) {
      const ack = JSON.parse(line);
      journal?.acked(ack);
      if (ack.question === at.current && !ack.stale) show({ read: ack.read ?? "" });
    }
  }, [acks]);

  useEffect(() => journal?.connect(connected && navigator.onLine), [attempt, connected]);

  return null;
}

// Draws its children while a field of what is shared has a value: the state of saving, or a problem.
export function When({ field, is, children }) {
  return useShown(field) === is ? children : null;
}

// When the server last had everything, on the reader's clock.
export function SavedAt({ zone, locale }) {
  const at = useShown("at");
  if (!at) return null;
  return new Intl.DateTimeFormat(locale || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone || undefined }).format(at);
}

// "5 of 10 answered": what the server knows of the others, and what the form holds now.
export function Answered({ others, total, words }) {
  const blank = useShown("blank");
  return words.replace("{n}", others + (blank ? 0 : 1)).replace("{total}", total);
}

export function ReadAs() {
  return useShown("read") || null;
}

// ---- The clock

// Counts down from `seconds`, the server's word; -1 is no limit. At the end it waits for the last acknowledgements.
// `words` are: left ("{m} minutes {s} seconds left"), five and one, said once each.
export function Countdown({ seconds, stamp, words, low, children, onEnd }) {
  const end = useRef(onEnd);
  end.current = onEnd;
  const text = useSyncExternalStore(watchClock, () => clockText(), () => "");
  useEffect(() => {
    clock.endsAt = seconds < 0 ? 0 : Date.now() + seconds * 1000;
    clock.onEnd = async () => {
      await settled(LAST_MOMENT);
      end.current?.();
    };
    tick();
    return () => {
      clock.endsAt = 0;
    };
  }, [seconds, stamp]);
  if (seconds < 0 || !text) return null;
  const left = secondsLeft();
  const minutes = Math.floor(left / 60);
  return h(
    "div",
    { className: left <= 300 ? low : low.split(" ")[0], role: "timer" },
    children,
    h("span", { "aria-hidden": "true" }, text),
    h("span", { className: "k-sr" }, words.left.replace("{m}", minutes).replace("{s}", left % 60)),
    h("span", { className: "k-sr", role: "status" }, left <= 300 && left > 60 ? words.five : ""),
    h("span", { className: "k-sr", role: "alert" }, left <= 60 ? words.one : ""),
  );
}

const clock = { endsAt: 0, onEnd: null, timer: 0, watchers: new Set() };
const secondsLeft = () => Math.max(0, Math.ceil((clock.endsAt - Date.now()) / 1000));
const clockText = () => {
  if (!clock.endsAt) return "";
  const left = secondsLeft();
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(left / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
};
const watchClock = (watcher) => {
  clock.watchers.add(watcher);
  return () => clock.watchers.delete(watcher);
};
function tick() {
  clearTimeout(clock.timer);
  if (!clock.endsAt) return;
  for (const watcher of clock.watchers) watcher();
  const left = clock.endsAt - Date.now();
  if (left <= 0) clock.onEnd?.(); // and again, should the server not have heard it
  clock.timer = setTimeout(tick, left > 0 ? left % 1000 || 1000 : AGAIN);
}
