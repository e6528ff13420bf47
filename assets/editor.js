// Writing: buttons that mark the selected text, and files that are sent to what is written. Draws nothing.
import { useEffect } from "react";

// The text that was written in last, else the first one of the form.
// A form to write in saves itself, or is marked with data-writes.
const FORM = "form:is([data-autosaves], [data-writes])";
const TEXTS = `${FORM} :is(textarea, input[type=text], input:not([type]))`;
let last = null;
const field = () => (last?.isConnected ? last : document.querySelector(`${FORM} textarea`));

// Typed as a person would, so that the browser's own undo takes it back.
function insert(text) {
  field().focus();
  if (!document.execCommand("insertText", false, text)) field().setRangeText(text);
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

function wrap(before, after) {
  const { selectionStart: from, selectionEnd: to, value } = field();
  const chosen = value.slice(from, to);
  if (after) {
    insert(before + chosen + after);
    field().setSelectionRange(from + before.length, from + before.length + chosen.length);
    return;
  }
  const start = value.lastIndexOf("\n", from - 1) + 1; // Before each line of the selection.
  field().setSelectionRange(start, to);
  insert(value.slice(start, to).split("\n").map((line) => before + line).join("\n"));
}

const escaped = (text) => text.replace(/[\[\]\\]/g, "\\$&").replace(/\s+/g, " ").trim();

// Send a file; resolves to what the server says of it. Rejects with a sentence.
async function send(to, file) {
  const query = new URLSearchParams({ scope: to.scope, scope_id: to.item, name: file.name || "picture.png" });
  const answer = await fetch(`/files?${query}`, { method: "POST", body: file }).catch(() => null);
  if (!answer) throw new Error("⟦The server could not be reached. Try again in a moment.⟧");
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(Object.values(said.errors ?? {})[0] ?? said.detail ?? "⟦The file could not be stored.⟧");
  return said;
}

// What a stored file is in the text: a picture, a player with its captions, or a link.
function markdown(words, stored, captions) {
  const kind = stored.media_type.split("/")[0];
  if (kind === "image") return `![${words}](${stored.url})`;
  if (kind !== "video" && kind !== "audio") return `[${words}](${stored.url})`;
  return `![${words}](${stored.url}#${kind}${captions ? `=${captions.url.split("/").pop()}` : ""})`;
}

async function add(to, dialog) {
  const [file, alt, vtt] = ["file", "alt", "captions"].map((name) => dialog.querySelector(`[name=${name}]`));
  const decorative = dialog.querySelector("[name=decorative]"), problem = dialog.querySelector("[data-file-error]");
  const chosen = file.files[0], isPicture = chosen?.type.startsWith("image/");
  problem.textContent = "";
  if (!chosen) return void (problem.textContent = "⟦Choose a file.⟧");
  if (isPicture && !decorative.checked && !alt.value.trim())
    return void (problem.textContent = "⟦Say what the picture shows, or that it only decorates.⟧");
  try {
    const stored = await send(to, chosen), captions = vtt.files[0] && (await send(to, vtt.files[0]));
    if (captions && !captions.media_type.startsWith("text/vtt")) throw new Error("⟦The captions are not a WebVTT file.⟧");
    const words = escaped(decorative.checked && isPicture ? "" : alt.value || stored.name);
    dialog.close();
    insert(markdown(words, stored, captions));
    file.value = alt.value = vtt.value = "";
    decorative.checked = false;
  } catch (error) {
    problem.textContent = error.message;
  }
}

export function EditorTools({ scope, item }) {
  useEffect(() => {
    const pressed = (event) => {
      const tool = event.target.closest?.("[data-before]"), adds = event.target.closest?.("[data-adds-file]");
      if (tool) wrap(tool.dataset.before, tool.dataset.after ?? "");
      if (adds) add({ scope, item }, adds.closest("dialog"));
    };
    // A pasted or dropped picture goes into the dialog, which asks what it shows.
    const given = (event) => {
      const files = (event.clipboardData ?? event.dataTransfer)?.files;
      if (!item || !event.target.matches?.(`${FORM} textarea`) || !files?.length) return;
      event.preventDefault();
      const dialog = document.getElementById("add-file");
      dialog.querySelector("[name=file]").files = files;
      dialog.showModal();
      dialog.querySelector("[name=alt]").focus();
    };
    // Ctrl+B and Ctrl+I, as everywhere.
    const keyed = (event) => {
      const mark = { b: "**", i: "*" }[(event.ctrlKey || event.metaKey) && event.key];
      if (!event.target.matches?.(`${FORM} textarea`) || !mark) return;
      event.preventDefault();
      wrap(mark, mark);
    };
    const entered = (event) => event.target.matches?.(TEXTS) && (last = event.target);
    const listeners = { click: pressed, paste: given, drop: given, keydown: keyed, focusin: entered };
    for (const name in listeners) document.addEventListener(name, listeners[name]);
    return () => {
      for (const name in listeners) document.removeEventListener(name, listeners[name]);
    };
  }, [scope, item]);
  return null;
}
