// The journal of answers, tried without a browser: `bun test`, started by test_journal.py.
import { expect, test } from "bun:test";
import { createJournal, fillForm, isBlank, readForm, same, uuid7 } from "../../assets/journal.js";

const Q = "question-1";
const say = (text) => JSON.stringify({ text });

// A browser's storage, a clock that only the test moves, and a server that answers when the test says so.
function world(kept = {}) {
  const w = { clock: 1_000_000, sent: [], clashes: [], refused: [], ids: 0, timers: [], storage: store(kept) };
  w.tab = (tab = "tab-1") =>
    createJournal({
      attempt: "attempt-1",
      tab,
      storage: w.storage,
      now: () => w.clock,
      makeId: () => `id-${++w.ids}`,
      send: (entry) => w.sent.push({ id: entry.id, value: entry.value, base: entry.base }),
      later: {
        set: (act, ms) => (w.timers.push({ act, at: w.clock + ms, id: w.timers.length + 1 }), w.timers.length),
        clear: (id) => (w.timers[id - 1].act = () => {}),
      },
      onChange() {},
      onClash: (question, id) => w.clashes.push(id),
      onRefused: (question, ack) => w.refused.push(ack.error ?? "late"),
    });
  w.pass = (ms) => {
    const until = w.clock + ms;
    for (;;) {
      const due = w.timers.filter((t) => t.at <= until && !t.done).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      due.done = true;
      w.clock = Math.max(w.clock, due.at);
      due.act();
    }
    w.clock = until;
  };
  return w;
}

function store(kept) {
  const data = { ...kept };
  const methods = {
    getItem: (key) => data[key] ?? null,
    setItem: (key, value) => void (data[key] = value),
    removeItem: (key) => void delete data[key],
  };
  return new Proxy(data, { get: (_, name) => methods[name] ?? data[name] });
}

test("a choice is sent at once and forgotten when it is acknowledged", () => {
  const w = world();
  const tab = w.tab();
  tab.seen(Q, 0, say(""));

  tab.change(Q, say("a"), false);
  const before = [Object.keys(w.storage).length, tab.status().state];
  tab.acked({ id: "id-1", seq: 1, at: "10:42" });

  expect(w.sent).toEqual([{ id: "id-1", value: say("a"), base: 0 }]);
  expect(before).toEqual([1, "saving"]);
  expect([Object.keys(w.storage).length, tab.status()]).toEqual([0, { state: "saved", at: "10:42" }]);
});

test("typing is sent after a pause, as one change that is kept with every key", () => {
  const w = world();
  const tab = w.tab();
  tab.seen(Q, 0, say(""));

  for (const text of ["q", "qu", "qua"]) {
    tab.change(Q, say(text), true);
    expect(JSON.parse(Object.values(w.storage)[0]).value).toBe(say(text));
    w.pass(200);
  }
  expect(w.sent).toEqual([]);
  w.pass(200);

  expect(w.sent).toEqual([{ id: "id-1", value: say("qua"), base: 0 }]);
});

test("somebody who never pauses is saved every second", () => {
  const w = world();
  const tab = w.tab();
  tab.seen(Q, 0, say(""));

  for (let i = 0; i < 12; i++) {
    tab.change(Q, say("x".repeat(i + 1)), true);
    w.pass(100);
  }

  expect(w.sent.length).toBe(1);
});

test("a change made while another is on its way waits, and builds on it", () => {
  const w = world();
  const tab = w.tab();
  tab.seen(Q, 3, say(""));

  tab.change(Q, say("a"), false);
  tab.change(Q, say("ab"), false);
  tab.change(Q, say("abc"), false);
  expect(w.sent.length).toBe(1);
  tab.acked({ id: "id-1", seq: 4, at: "10:42" });

  expect(w.sent).toEqual([
    { id: "id-1", value: say("a"), base: 3 },
    { id: "id-2", value: say("abc"), base: 4 },
  ]);
});

test("questions do not wait for each other", () => {
  const w = world();
  const tab = w.tab();
  tab.change("one", say("a"), false);
  tab.change("two", say("b"), false);

  expect(w.sent.map((s) => s.value)).toEqual([say("a"), say("b")]);
});

test("what is not acknowledged is sent again, unchanged, at growing intervals", () => {
  const w = world();
  const tab = w.tab();
  tab.change(Q, say("a"), false);

  w.pass(3000);
  const states = [tab.status().state];
  w.pass(6000);
  w.pass(12000);

  expect(w.sent).toEqual(Array(4).fill({ id: "id-1", value: say("a"), base: 0 }));
  expect(states).toEqual(["retry"]);
});

test("being connected again sends at once", () => {
  const w = world();
  const tab = w.tab();
  tab.change(Q, say("a"), false);
  tab.connect(false);
  const offline = tab.status().state;

  tab.connect(true);

  expect(offline).toBe("offline");
  expect(w.sent.length).toBe(2);
});

test("after a reload the change is in the form again and is sent with its old id and base", () => {
  const w = world();
  const first = w.tab();
  first.seen(Q, 7, say(""));
  first.change(Q, say("typed"), true);
  first.stop();

  const again = w.tab();
  const questions = again.resume();
  const shown = again.seen(Q, 7, say(""));

  expect([questions, shown]).toEqual([[Q], say("typed")]);
  expect(w.sent).toEqual([{ id: "id-1", value: say("typed"), base: 7 }]);
});

test("a change that another tab is still typing is left to it, until that tab is gone", () => {
  const w = world();
  const first = w.tab();
  first.change(Q, say("typing"), true);

  const second = w.tab("tab-2");
  second.resume();
  const before = second.pending();
  first.stop();
  w.clock += 6000;
  second.resume();

  expect([before, second.pending()]).toEqual([0, 1]);
});

test("entries of another attempt stay where they are, and old ones go", () => {
  const old = { id: "x", question: Q, value: say("old"), base: 0, at: -1e12, tries: 0 };
  const other = { id: "y", question: Q, value: say("other"), base: 0, at: 990_000, tries: 0 };
  const w = world({ "lectern.answer.a.x": JSON.stringify(old), "lectern.answer.b.y": JSON.stringify(other) });

  w.tab().resume();

  expect(Object.keys(w.storage)).toEqual(["lectern.answer.b.y"]);
  expect(w.sent).toEqual([]);
});

test("a stale change is told, and what follows it does not count as having seen the other one", () => {
  const w = world();
  const tab = w.tab();
  tab.seen(Q, 1, say(""));
  tab.change(Q, say("mine"), false);
  tab.change(Q, say("mine, longer"), false);

  tab.acked({ id: "id-1", seq: 5, at: "10:42", stale: true });

  expect(w.clashes).toEqual(["id-1"]);
  expect(w.sent.at(-1)).toEqual({ id: "id-2", value: say("mine, longer"), base: 1 });
});

test("an id that was taken by another tab is changed, the text is not lost", () => {
  const w = world();
  const tab = w.tab();
  tab.change(Q, say("a"), false);

  tab.acked({ id: "id-1", error: "save_taken" });

  expect(w.sent.at(-1)).toEqual({ id: "id-2", value: say("a"), base: 0 });
});

test("what the server refuses for good is told and not sent again", () => {
  const w = world();
  const tab = w.tab();
  tab.change(Q, say("a"), false);

  tab.acked({ id: "id-1", error: "attempt_over" });
  w.pass(60_000);

  expect([w.refused, w.sent.length, tab.pending()]).toEqual([["attempt_over"], 1, 0]);
});

test("a database that could not take it now gets it again later", () => {
  const w = world();
  const tab = w.tab();
  tab.change(Q, say("a"), false);

  tab.acked({ id: "id-1", error: "not_kept" });
  const state = tab.status().state;
  w.pass(3000);

  expect([state, w.sent.length, Object.keys(w.storage).length]).toEqual(["retry", 2, 1]);
});

test("a late answer is saved and its student is told", () => {
  const w = world();
  const tab = w.tab();
  tab.change(Q, say("a"), false);

  tab.acked({ id: "id-1", seq: 1, at: "10:42", late: true });

  expect([w.refused, tab.pending()]).toEqual([["late"], 0]);
});

test("choosing what is chosen already sends nothing", () => {
  const w = world();
  const tab = w.tab();
  tab.seen(Q, 2, JSON.stringify({ choices: ["a", "b"] }));

  tab.change(Q, JSON.stringify({ choices: ["b", "a"] }), false);

  expect(w.sent).toEqual([]);
});

test("a full storage loses nothing while the page is open", () => {
  const w = world();
  w.storage = { getItem: () => null, removeItem() {}, setItem: () => { throw new Error("QuotaExceededError"); } };
  const tab = w.tab();

  tab.change(Q, say("a"), false);

  expect(w.sent.length).toBe(1);
});

test("a form is read as the fields of its answer, and filled again", () => {
  const controls = [
    { name: "choice", type: "radio", value: "x", checked: false },
    { name: "choice", type: "radio", value: "y", checked: true },
    { name: "choices", type: "checkbox", value: "a", checked: true },
    { name: "choices", type: "checkbox", value: "b", checked: false },
    { name: "text", type: "text", value: "hello" },
    { name: "", type: "button", value: "no" },
  ];
  const read = readForm(controls);

  fillForm(controls, { choice: "x", choices: ["b"] });

  expect(read).toEqual({ choice: "y", choices: ["a"], text: "hello" });
  expect(readForm(controls)).toEqual({ choice: "x", choices: ["b"], text: "" });
  expect([isBlank(read), isBlank({ choice: "", choices: [], text: " " })]).toEqual([false, true]);
});

test("entries of a field are told by a point in the name", () => {
  const controls = [
    { name: "pairs.flea", type: "select-one", value: "eats" },
    { name: "pairs.we.ed", type: "select-one", value: "" },
    { name: "gaps.1", type: "text", value: "hello" },
  ];
  const read = readForm(controls);

  fillForm(controls, { pairs: { "we.ed": "makes" } });

  expect(read).toEqual({ pairs: { flea: "eats", "we.ed": "" }, gaps: { 1: "hello" } });
  expect(readForm(controls)).toEqual({ pairs: { flea: "", "we.ed": "makes" }, gaps: { 1: "" } });
  expect([isBlank(read), isBlank({ pairs: { flea: "" }, gaps: {} })]).toEqual([false, true]);
});

test("ids are UUIDs of version 7 in the order of time", () => {
  const random = (bytes) => bytes.fill(255);
  const [early, late] = [uuid7(1_700_000_000_000, random), uuid7(1_700_000_000_001, random)];

  expect(early).toBe("018bcfe5-6800-7fff-bfff-ffffffffffff");
  expect(early < late).toBe(true);
});

test("two answers are the same whatever the order of their names", () => {
  expect(same('{"a":"1","b":"2"}', '{"b":"2","a":"1"}')).toBe(true);
  expect(same('{"a":"1"}', null)).toBe(false);
  expect(same('{"places":{"a":"1","b":"2"}}', '{"places":{"b":"2","a":"1"}}')).toBe(true);
  expect(same('{"places":{"a":"1","b":"2"}}', '{"places":{"a":"2","b":"1"}}')).toBe(false);
});

test("what is empty makes no difference", () => {
  expect(same('{"pairs":{"a":"","b":"x"},"choices":[]}', '{"pairs":{"b":"x"}}')).toBe(true);
  expect(same('{"pairs":{"a":""}}', '{"pairs":{}}')).toBe(true);
});
