// Marks edited in their cells. Draws nothing by React: one field over the cell that is edited, and what was typed over
// each cell until the server has answered. What it refuses stays, with the reason, until it is typed anew or given up.
import { useEffect, useRef } from "react";

const box = () => document.querySelector(".k-gb");
const typing = /^[0-9.,]$/;

// Cells are named by student and column, so that they are found again after the page has drawn them anew.
const of = (cell) => ({ user: cell.closest("tr").dataset.user, column: cell.dataset.column });
const find = ({ user, column }) =>
  box()?.querySelector(`tr[data-user="${CSS.escape(user)}"] button[data-column="${CSS.escape(column)}"]`);
const key = ({ user, column }) => `${user} ${column}`;

function over(cell, made) {
  const outer = box().getBoundingClientRect(), r = cell.getBoundingClientRect();
  Object.assign(made.style, {
    left: `${r.left - outer.left + box().scrollLeft - box().clientLeft}px`,
    top: `${r.top - outer.top + box().scrollTop - box().clientTop}px`,
    width: `${r.width}px`, height: `${r.height}px`,
  });
  box().append(made);
}

function element(tag, props, ...inner) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...inner);
  return made;
}

function grid(tell) {
  const waiting = new Map(); // What was typed and not answered yet, over its cell.
  let editor = null;

  const forget = (at) => { waiting.get(key(at))?.remove(); waiting.delete(key(at)); };

  function edit(cell, typed, problem = "") {
    close(true);
    const at = of(cell), was = cell.dataset.value ?? "";
    forget(at);
    const said = element("p", { id: "cell-problem", className: "k-gb-why", role: "alert", textContent: problem });
    const input = element("input", { className: "k-input", value: typed ?? was, autocomplete: "off", maxLength: 40, inputMode: "decimal" });
    input.setAttribute("aria-label", cell.dataset.label ?? "");
    if (problem) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", said.id);
    }
    const more = element("button", { type: "button", className: "k-gb-more", textContent: "⋯", title: "History and status", tabIndex: -1 });
    more.setAttribute("aria-label", more.title);
    more.addEventListener("pointerdown", (e) => { e.preventDefault(); show(close(false) ?? cell); }); // Before the field loses the focus.
    editor = { at, was, input, box: element("div", { className: "k-gb-edit" }, input, more, said), wrong: !!problem };
    over(cell, editor.box);
    input.focus({ preventScroll: true });
    typed === null || typed === undefined || problem ? input.select() : input.setSelectionRange(typed.length, typed.length);
    input.addEventListener("blur", () => setTimeout(() => editor?.input === input && close(true)));
    input.addEventListener("keydown", keys);
  }

  function close(keeps) {
    if (!editor) return null;
    const { at, was, input, box: made, wrong } = editor, cell = find(at);
    editor = null;
    made.remove();
    if (cell && keeps && (wrong || input.value.trim() !== was)) {
      const shown = element("div", { className: "k-gb-typed", textContent: input.value.trim() || "–" });
      shown.dataset.typed = input.value;
      over(cell, shown);
      waiting.set(key(at), shown);
      tell.onWrite(at.user, at.column, input.value);
    }
    return cell;
  }

  function step(cell, down, right) {
    const cells = (row) => [...row.querySelectorAll("button.k-cell")];
    const row = cell.closest("tr"), rows = [...row.parentElement.rows];
    let line = rows.indexOf(row) + down, place = cells(row).indexOf(cell) + right;
    if (right && (place < 0 || place >= cells(row).length)) { line += right; place = right > 0 ? 0 : cells(row).length - 1; }
    const to = rows[line] && cells(rows[line])[place];
    cell.tabIndex = -1;
    (to ?? cell).tabIndex = 0;
    (to ?? cell).focus();
  }

  function keys(e) {
    if (e.key === "Escape") {
      e.preventDefault();
      e.stopPropagation();
      close(false)?.focus();
      return;
    }
    const move = { Enter: [e.shiftKey ? -1 : 1, 0], Tab: [0, e.shiftKey ? -1 : 1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[e.key];
    if (!move || e.isComposing) return;
    e.preventDefault();
    e.stopPropagation();
    const cell = close(true);
    if (cell) step(cell, ...move);
  }

  const show = (cell) => {
    const total = cell.dataset.column === "total";
    document.getElementById(total ? "total" : "cell")?.dispatchEvent(new Event("opens", { bubbles: true }));
    (total ? tell.onTotal : tell.onInspect)(...(total ? [of(cell).user] : [of(cell).user, of(cell).column]));
  };
  const near = (e) => e.target.closest?.(".k-gb tbody button.k-cell");

  function click(e) {
    const typed = e.target.closest?.(".k-gb-typed.is-wrong");
    if (typed) { // What was refused is typed on.
      const [user, column] = typed.dataset.at.split(" "), cell = find({ user, column });
      return cell && edit(cell, typed.dataset.typed, typed.dataset.problem);
    }
    const cell = near(e);
    if (!cell) return;
    for (const other of box().querySelectorAll("button.k-cell[tabindex='0']")) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.dataset.column === "total" ? show(cell) : edit(cell);
  }

  function press(e) {
    if ((e.ctrlKey || e.metaKey) && e.key === "z" && !editor && box()?.contains(document.activeElement)) {
      e.preventDefault();
      document.querySelector("[data-undo]")?.click();
      return;
    }
    const cell = near(e);
    if (!cell || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key.toLowerCase() === "h") { e.preventDefault(); show(cell); }
    else if (cell.dataset.column !== "total" && typing.test(e.key)) { e.preventDefault(); edit(cell, e.key); }
    else if (cell.dataset.column !== "total" && (e.key === "Delete" || e.key === "Backspace")) { e.preventDefault(); edit(cell, ""); }
  }

  // What the server says of one cell: done, or why not.
  function answer(said) {
    if (!said.user) return;
    const at = { user: said.user, column: said.column }, shown = waiting.get(key(at)), cell = find(at);
    if (!said.problem) return forget(at);
    if (!cell) return;
    if (!editor && !document.querySelector("dialog:modal")) return edit(cell, shown?.dataset.typed ?? said.typed, said.problem);
    if (shown) { // Somebody types elsewhere by now: it waits, in red.
      shown.classList.add("is-wrong");
      Object.assign(shown.dataset, { at: key(at), problem: said.problem });
    }
  }

  addEventListener("click", click);
  addEventListener("keydown", press, true);
  return {
    answer,
    end: () => { removeEventListener("click", click); removeEventListener("keydown", press, true); },
  };
}

export function GradeGrid({ said, onWrite, onInspect, onTotal }) {
  const tell = useRef({}), made = useRef(null);
  Object.assign(tell.current, { onWrite, onInspect, onTotal });
  useEffect(() => {
    made.current = grid(tell.current);
    return () => made.current.end();
  }, []);
  useEffect(() => { made.current?.answer(said ?? {}); }, [said]);
  return null;
}
