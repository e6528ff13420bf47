// Marking: keys that go through a rubric, notes on passages and pages, saved comments, files of feedback.
import { createElement, useEffect, useState } from "react";

const $ = (css) => document.querySelector(css);
const form = () => $("form[data-marks]");
const work = () => $("[data-work]");
const typing = (at) => at.closest?.("input:not([type=radio],[type=checkbox]),textarea,select,dialog,[role=menu]");

function send(does) {
  form().elements.do.value = does;
  form().requestSubmit();
  form().elements.do.value = "";
}

// ---- Keys: 1 to 9 a criterion, C the comment, N a note, Ctrl+Enter saves, Esc leaves a field.

function enter(criterion) {
  const to = criterion?.querySelector("[data-worth]:checked") ?? criterion?.querySelector("input");
  to?.focus();
  if (to?.type === "text") to.select();
  criterion?.scrollIntoView({ block: "nearest" });
}

function keyed(event) {
  if (!form() || $("dialog:modal")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return send("next");
  }
  if (event.key === "Escape" && form().contains(event.target) && typing(event.target)) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || localStorage.getItem("shortcuts") === "off") return;
  const criterion = /^[1-9]$/.test(event.key) && form().querySelectorAll("[data-criterion]")[event.key - 1];
  if (criterion) enter(criterion);
  else if (event.key.toLowerCase() === "c") form().elements.comment?.focus();
  else return;
  event.preventDefault();
}

// ---- Notes on the text. A passage is counted in characters of the text as it is shown.

const length = (until, offset) => {
  const range = document.createRange();
  range.setStart(work(), 0);
  range.setEnd(until, offset);
  return range.toString().length;
};

function rangeOf(start, end) {
  const range = document.createRange(), walk = document.createTreeWalker(work(), NodeFilter.SHOW_TEXT);
  let at = 0, begun = false;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const next = at + node.data.length;
    if (!begun && start < next) range.setStart(node, start - at), (begun = true);
    if (begun && end <= next) return range.setEnd(node, end - at), range;
    at = next;
  }
  return null;
}

const passages = () => [...(work()?.querySelectorAll("p,li,h2,h3,h4,h5,h6,pre,blockquote,td,th") ?? [])].filter((one) => one.textContent.trim() && !one.querySelector("p,li"));

function chosen() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!work()?.contains(range.commonAncestorContainer)) return null;
  return { start: length(range.startContainer, range.startOffset), end: length(range.endContainer, range.endOffset), quote: range.toString() };
}

let passage = 0;
const whole = (element) => ({ start: length(element, 0), end: length(element, element.childNodes.length), quote: element.textContent });

function fill(values) {
  const dialog = $("#note"), of = dialog.querySelector("form").elements, isPin = Boolean(values.file);
  for (const name of ["start", "end", "quote", "file", "page", "note"]) of[name].value = values[name] ?? "";
  for (const name of ["across", "down"]) of[name].value = values[name] ?? 500;
  of.body.value = values.body ?? "";
  dialog.querySelector("[data-quote]").textContent = values.quote ?? "";
  dialog.querySelector("[data-quote]").hidden = !values.quote;
  dialog.querySelector("[data-passages]").hidden = isPin || Boolean(values.note) || !values.walks;
  dialog.querySelector("[data-place]").hidden = !isPin || Boolean(values.note);
  if (!dialog.open) dialog.showModal();
  if (document.activeElement !== of.body && !values.walking) of.body.focus();
}

function walk(step) {
  const all = passages();
  passage = Math.min(all.length - 1, Math.max(0, passage + step));
  if (!all[passage]) return;
  const body = $("#note form").elements.body.value;
  fill({ ...whole(all[passage]), body, walks: true, walking: step !== 0 });
}

function pressed(event) {
  const on = (css) => event.target.closest?.(css);
  const inserts = on("[data-inserts]"), pins = on("[data-pins]"), note = on("[data-note]"), shows = on("[data-shows-note]"), step = on("[data-passage]"), browse = on("[data-goes]");
  if (inserts) return void setTimeout(() => insert(inserts.dataset.inserts), 80); // After the menu has given the focus back.
  if (on("[data-notes]")) {
    const selected = chosen();
    if (selected) return fill(selected);
    passage = 0;
    return walk(0);
  }
  if (step) return walk(+step.dataset.passage);
  if (note) return fill({ note: note.dataset.note, quote: note.dataset.words, body: note.dataset.body });
  if (shows) return show(+shows.dataset.start, +shows.dataset.end);
  if (browse) browse.closest("dialog")?.close();
  if (pins && !on("button")) {
    const box = pins.getBoundingClientRect(), share = (at, from, size) => Math.round(Math.min(1, Math.max(0, (at - from) / size)) * 1000);
    return fill({ file: pins.dataset.pins, page: pins.dataset.page, across: share(event.clientX, box.left, box.width), down: share(event.clientY, box.top, box.height) });
  }
  const pin = on("[data-pin]");
  if (pin) fill({ file: pin.dataset.pin, page: pin.dataset.page });
}

function show(start, end) {
  const range = work() && rangeOf(start, end);
  if (!range) return;
  range.startContainer.parentElement.scrollIntoView({ block: "center" });
  globalThis.CSS?.highlights?.set("note-now", new Highlight(range));
}

// Passages are coloured without touching the text: what is selected in it is still counted from its beginning.
export function Passages({ notes }) {
  useEffect(() => {
    if (!globalThis.CSS?.highlights || !work()) return;
    const ranges = notes.filter((one) => one.end > one.start).map((one) => rangeOf(one.start, one.end)).filter(Boolean);
    CSS.highlights.set("note", new Highlight(...ranges));
    return () => ["note", "note-now"].forEach((name) => CSS.highlights.delete(name));
  });
  useEffect(() => {
    const go = (event) => {
      const shows = event.target.closest?.("[data-shows-note]");
      if (shows) show(+shows.dataset.start, +shows.dataset.end);
    };
    document.addEventListener("click", go);
    return () => document.removeEventListener("click", go);
  }, []);
  return null;
}

// The pages of a PDF, one below the other, with the notes that are pinned to them. They load as they come into sight.
export function Sheets({ file, name, notes, pins, words }) {
  const [sizes, setSizes] = useState(null);
  useEffect(() => {
    let here = true;
    const say = (found) => here && setSizes(found);
    fetch(`/files/${file}/pages`).then((answer) => (answer.ok ? answer.json() : [])).then(say, () => say([]));
    return () => { here = false; };
  }, [file]);
  if (sizes === null) return createElement("p", { className: "t-small t-2 p-4" }, words.loading);
  if (!sizes.length) return createElement("p", { className: "t-small t-2 px-4 pb-4" }, words.failed);
  const pin = (note) => createElement("span", { key: note.id, className: "k-pin", "aria-hidden": true, style: { insetInlineStart: `${note.across / 10}%`, top: `${note.down / 10}%` } }, note.number);
  const sheet = ([width, height], at) => {
    const page = at + 1, said = words.page.replace("{n}", page).replace("{all}", sizes.length).replace("{file}", name);
    const its = notes.filter((note) => note.file_id === file && note.page === page);
    const image = createElement("img", { src: `/files/${file}/pages/${page}`, alt: said, width, height, loading: "lazy" });
    const props = pins ? { "data-pins": file, "data-page": page } : {};
    const add = pins && createElement("button", { type: "button", className: "k-btn k-btn--quiet k-btn--sm m-2", "data-pin": file, "data-page": page }, words.pin, createElement("span", { className: "k-sr" }, ` ${said}`));
    return createElement("div", { key: page }, createElement("div", { className: `k-sheet ${pins ? "k-sheet--pins" : ""}`, ...props }, image, its.map(pin)), add);
  };
  return createElement("div", { className: "k-sheets", tabIndex: 0, role: "region", "aria-label": name }, sizes.map(sheet));
}

// ---- Comments and files

let last = null;
function insert(words) {
  const to = last?.isConnected ? last : form().elements.comment;
  to.focus();
  const text = to.value && !/\s$/.test(to.value.slice(0, to.selectionStart)) ? ` ${words}` : words;
  if (!document.execCommand("insertText", false, text)) to.setRangeText(text);
  to.dispatchEvent(new Event("input", { bubbles: true }));
}

async function upload(input, submission, done) {
  const problem = input.closest("[data-feedback-files]").querySelector("[role=alert]");
  problem.textContent = "";
  for (const file of input.files) {
    const query = new URLSearchParams({ scope: "feedback", scope_id: submission, name: file.name });
    const answer = await fetch(`/files?${query}`, { method: "POST", body: file }).catch(() => null);
    const said = answer && (await answer.json().catch(() => ({})));
    if (!answer?.ok) problem.textContent = said ? (Object.values(said.errors ?? {})[0] ?? said.detail ?? "⟦The file could not be stored.⟧") : "⟦The server could not be reached. Try again in a moment.⟧";
  }
  input.value = "";
  done();
}

export function GradingTools({ submission, onFiles, onKeep }) {
  useEffect(() => {
    const entered = (event) => event.target.matches?.("form[data-marks] textarea") && (last = event.target);
    const changed = (event) => event.target.matches?.("[data-feedback-files] input") && upload(event.target, submission, onFiles);
    const kept = (event) => {
      if (event.target.closest?.("[data-keeps]")) onKeep((last?.isConnected ? last : form().elements.comment).value);
    };
    const sent = (event) => event.target.closest?.("#note") && $("#note").close();
    const listeners = [["keydown", keyed], ["click", pressed], ["click", kept], ["focusin", entered], ["change", changed], ["submit", sent]];
    for (const [name, act] of listeners) document.addEventListener(name, act);
    return () => {
      for (const [name, act] of listeners) document.removeEventListener(name, act);
    };
  }, [submission]);
  return null;
}
