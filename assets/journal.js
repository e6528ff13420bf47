// The journal of answers: each change is kept on this device first, then sent, and forgotten once the server has it.
// Logic only: no DOM, no framework, no clock of its own, so that it can be tried without a browser. quiz.js connects it.
//
// Of one question one change is on its way at a time; what is typed meanwhile waits behind it and is merged. A change
// that was sent keeps its id for ever: sent again, the server knows it and answers the same. `base` is the number of the
// answer that this tab had seen; the server uses it to tell that another tab was faster.

const PREFIX = "lectern.answer.";
const WAIT = 400; // ms without a key before typed text is sent
const WAIT_MAX = 1000; // ms after which it is sent while typing goes on
const RETRY = 3000;
const RETRY_MAX = 30000;
const ADOPT = 5000; // a change that nobody touched for so long was left behind by a tab that is gone
const KEEP = 30 * 24 * 3600 * 1000;

// `tab` names this tab over reloads; the rest is the browser, or a test.
export function createJournal({ attempt, tab, storage, now, makeId, send, later, onChange, onClash, onRefused }) {
  const questions = new Map();
  let connected = true;
  let savedAt = "";
  let failed = false;
  let timer = 0;
  let wakesAt = Infinity;

  const of = (question) => {
    if (!questions.has(question)) questions.set(question, { seq: 0, value: null, queue: [] });
    return questions.get(question);
  };
  const keyOf = (entry) => `${PREFIX}${attempt}.${entry.id}`;
  const forget = (entry) => storage.removeItem(keyOf(entry));
  const keep = (entry) => {
    try {
      storage.setItem(keyOf(entry), JSON.stringify({ ...entry, due: undefined }));
    } catch {
      // Full or forbidden: the change is still sent from memory.
    }
  };

  // Take over what an earlier page left behind, and throw away what is too old to matter.
  const adopt = () => {
    const mine = new Set([...questions.values()].flatMap((q) => q.queue.map((entry) => entry.id)));
    const found = [];
    for (const key of Object.keys(storage).filter((key) => key.startsWith(PREFIX))) {
      let entry = null;
      try {
        entry = JSON.parse(storage.getItem(key));
      } catch {
        // Not ours any more.
      }
      if (!entry || !(now() - entry.at < KEEP)) storage.removeItem(key);
      else if (!key.startsWith(`${PREFIX}${attempt}.`) || mine.has(entry.id)) continue;
      else if (entry.tab === tab || now() - entry.at > ADOPT) found.push(entry);
    }
    found.sort((a, b) => a.at - b.at);
    for (const entry of found) of(entry.question).queue.push({ ...entry, tries: 0, due: now() });
    return found.map((entry) => entry.question);
  };

  const pump = () => {
    let next = Infinity;
    for (const { queue } of questions.values()) {
      const head = queue[0];
      if (!head) continue;
      if (head.due <= now()) {
        head.sent = true;
        head.tries += 1;
        head.due = now() + Math.min(RETRY_MAX, RETRY * 2 ** (head.tries - 1));
        keep(head);
        send(head);
      }
      next = Math.min(next, head.due);
    }
    if (next < wakesAt || wakesAt <= now()) {
      if (timer) later.clear(timer);
      wakesAt = next;
      timer = next === Infinity ? 0 : later.set(wake, Math.max(0, next - now()));
    }
    onChange();
  };
  const wake = () => {
    timer = 0;
    wakesAt = Infinity;
    pump();
  };
  const soon = () => {
    for (const { queue } of questions.values()) if (queue[0]) queue[0].due = now();
    pump();
  };

  const pending = () => [...questions.values()].reduce((sum, q) => sum + q.queue.length, 0);

  return {
    pending,

    // Take up what was left behind; call it once the page can send, and now and then. Returns the questions concerned.
    resume() {
      const found = adopt();
      if (found.length) pump();
      return found;
    },

    // The page shows a question as the server knows it. Returns the value to put into the form instead, or null.
    seen(question, seq, value) {
      const q = of(question);
      if (q.queue.length) return q.queue.at(-1).value;
      if (seq < q.seq) return q.value; // the page is older than the last acknowledgement
      q.seq = seq;
      q.value = value;
      return null;
    },

    // What this tab knows of an answer: also of a question that another one took the place of.
    latest(question) {
      const q = of(question);
      return q.queue.at(-1)?.value ?? q.value;
    },

    // A form was changed. `typing` waits for a pause.
    change(question, value, typing) {
      const q = of(question);
      let tail = q.queue.at(-1);
      if (same(value, tail ? tail.value : q.value)) return;
      if (tail && !tail.sent) {
        tail.value = value;
        tail.at = now();
      } else {
        tail = { id: makeId(), tab, question, value, base: q.seq, at: now(), first: now(), sent: false, tries: 0 };
        q.queue.push(tail);
      }
      keep(tail);
      tail.due = typing ? Math.min(now() + WAIT, tail.first + WAIT_MAX) : now();
      pump();
    },

    // Send what waits for a pause, now.
    flush() {
      for (const { queue } of questions.values()) for (const entry of queue) if (!entry.sent) entry.due = now();
      pump();
    },

    connect(is) {
      const back = is && !connected;
      connected = is;
      if (back) soon();
      else onChange();
    },

    // What the server says became of a change; again, or of a change that is not ours, means nothing.
    acked(ack) {
      for (const [question, q] of questions) {
        const entry = q.queue.find((each) => each.id === ack.id);
        if (!entry) continue;
        if (ack.error === "not_kept") {
          failed = true;
          return onChange();
        }
        forget(entry);
        if (ack.error === "save_taken") {
          // Another tab sent this id with another text: this one is a change of its own.
          Object.assign(entry, { id: makeId(), sent: false, tries: 0, due: now() });
          keep(entry);
          return pump();
        }
        q.queue.splice(q.queue.indexOf(entry), 1);
        failed = false;
        if (ack.error) onRefused(question, ack);
        else {
          savedAt = ack.at;
          if (ack.stale) onClash(question, ack.id);
          else {
            q.seq = Math.max(q.seq, ack.seq);
            q.value = entry.value;
            for (const rest of q.queue) if (!rest.sent) rest.base = q.seq;
          }
          if (ack.late) onRefused(question, ack);
        }
        return pump();
      }
    },

    // "", saving, saved, retry or offline; `at` is when the server last had everything, in its words.
    status() {
      if (!pending()) return { state: savedAt ? "saved" : "", at: savedAt };
      const tried = [...questions.values()].some((q) => q.queue[0]?.tries > 1);
      return { state: !connected ? "offline" : failed || tried ? "retry" : "saving", at: savedAt };
    },

    stop() {
      if (timer) later.clear(timer);
      timer = 0;
    },
  };
}

// A UUID of version 7: its first part is the time, so the server appends rows instead of scattering them.
export function uuid7(ms, random) {
  const bytes = random(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(ms / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// Whether two answers as JSON say the same: the order of names and of ticked boxes does not matter, nor does what is
// empty. Where an order is the answer, it is told by numbers: an entry for each thing, with its place.
export function same(a, b) {
  return a === b || (!!a && !!b && JSON.stringify(plain(JSON.parse(a))) === JSON.stringify(plain(JSON.parse(b))));
}

function plain(value) {
  if (Array.isArray(value)) return [...value].sort();
  if (!value || typeof value !== "object") return value;
  const known = Object.keys(value).sort().map((name) => [name, plain(value[name])]);
  return known.filter(([, each]) => typeof each !== "object" ? each !== "" : each.length);
}

// The answer in a form: each name is a field; radio buttons give one value, check boxes a list, the rest their text. A
// name with a point is an entry of a field: `pairs.a` is `a` of `pairs`.
export function readForm(controls) {
  const value = {};
  for (const control of controls) {
    if (!control.name) continue;
    const [field, entry] = parts(control.name);
    const holder = entry === undefined ? value : (value[field] ??= {});
    const name = entry ?? field;
    if (control.type === "checkbox") {
      holder[name] ??= [];
      if (control.checked) holder[name].push(control.value);
    } else if (control.type === "radio") {
      holder[name] ??= "";
      if (control.checked) holder[name] = control.value;
    } else holder[name] = control.value;
  }
  return value;
}

function parts(name) {
  const at = name.indexOf(".");
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

// Put an answer into a form; what it does not name becomes empty.
export function fillForm(controls, value) {
  for (const control of controls) {
    if (!control.name) continue;
    const [field, entry] = parts(control.name);
    const given = entry === undefined ? value[field] : value[field]?.[entry];
    if (control.type === "checkbox") control.checked = !!given?.includes(control.value);
    else if (control.type === "radio") control.checked = given === control.value;
    else control.value = given ?? "";
  }
}

export function isBlank(value) {
  return Object.values(value).every((field) => (typeof field === "object" ? isBlank(field) : !`${field}`.trim()));
}
