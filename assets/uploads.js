// Files that are sent one after the other to what they belong to, and text that survives a reload. Draws nothing.
import { useEffect, useRef } from "react";
import { sendChosen } from "./sending.js";
import { say } from "./words.js";

const megabytes = (bytes) => Math.round(bytes / 1024 ** 2);

export function FileSender({ scope, item, maxBytes, onSent }) {
  const known = useRef({});
  known.current = { scope, item, maxBytes, onSent };
  useEffect(() => {
    const chosen = async (event) => {
      const input = event.target;
      if (!input.matches?.("[data-uploads]") || !input.files.length) return;
      const { scope, item, maxBytes, onSent } = known.current;
      const check = (file) => {
        if (maxBytes && file.size > maxBytes)
          throw new Error(say("⟦It is larger than {megabytes} MB. Choose another file.⟧", { megabytes: megabytes(maxBytes) }));
      };
      await sendChosen(input, scope, item, check, ({ id }) => onSent?.(id));
    };
    document.addEventListener("change", chosen);
    return () => document.removeEventListener("change", chosen);
  }, []);
  return null;
}

const PREFIX = "lectern.draft.";
const KEEP = 30 * 24 * 3600 * 1000;

// What nobody came back for does not stay on a device for ever.
function forgetOld() {
  for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
    let at = 0;
    try { at = JSON.parse(localStorage.getItem(key)).at; } catch { /* Not ours any more. */ }
    if (!(Date.now() - at < KEEP)) localStorage.removeItem(key);
  }
}

// What is typed into form#form is kept on this device until the server has it. `seq` grows with each text that it took.
// What a reload finds here is put back and sent with the number that its writer had seen, so that a newer text of
// another tab is never overwritten: the server then shows both. A button with data-forgets-draft gives it up, and `done`
// says that it was handed in.
export function DraftKeeper({ form, item, seq, done }) {
  const sent = useRef(null), known = useRef(seq);
  known.current = seq;
  const key = PREFIX + item;
  const fields = () => [...(document.getElementById(form)?.elements ?? [])].filter((el) => el.dataset.keeps !== undefined);
  const read = () => JSON.stringify(Object.fromEntries(fields().map((el) => [el.name, el.value])));
  const stored = () => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };
  useEffect(() => {
    const here = stored();
    if (here && sent.current !== null && here.text === sent.current) localStorage.removeItem(key);
    else if (here && sent.current !== null) localStorage.setItem(key, JSON.stringify({ ...here, seq }));
  }, [seq]);
  useEffect(() => {
    if (!item) return;
    forgetOld();
    if (done) return localStorage.removeItem(key);
    const here = stored();
    if (here?.text && here.text === read()) localStorage.removeItem(key);
    else if (here?.text) {
      const texts = JSON.parse(here.text), own = fields();
      for (const el of own) if (texts[el.name] !== undefined) el.value = texts[el.name];
      own[0]?.closest("details")?.setAttribute("open", ""); // What one had begun to write is in sight again.
      const base = document.getElementById(form).elements.base;
      base.value = String(here.seq);
      own[0]?.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const typed = (event) => {
      if (event.target.form?.id !== form || event.target.dataset.keeps === undefined) return;
      const base = event.target.form.elements.base.value;
      try {
        localStorage.setItem(key, JSON.stringify({ text: read(), seq: base === "" ? known.current : +base, at: Date.now() }));
      } catch { /* Full or forbidden: the text is still sent. */ }
    };
    const submitted = (event) => {
      if (event.target.id !== form) return;
      sent.current = read();
      setTimeout(() => (event.target.elements.base.value = ""));
    };
    const forgets = (event) => event.target.closest?.("[data-forgets-draft]") && localStorage.removeItem(key);
    document.addEventListener("click", forgets, true);
    document.addEventListener("input", typed);
    document.addEventListener("submit", submitted, true);
    return () => {
      document.removeEventListener("click", forgets, true);
      document.removeEventListener("input", typed);
      document.removeEventListener("submit", submitted, true);
    };
  }, [item, form, done]);
  return null;
}
