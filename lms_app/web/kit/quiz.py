"""Taking a quiz: answer rows, the navigator, what is saved and how much time is left."""

from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from lms_app.core.words import later
from lms_app.web.kit.basics import Text, el, filled, icon, kbd, names, sr, when
from lms_app.web.words import t


def option_row(
    name: str,
    value: Any,
    text: Text,
    *,
    kind: str = "radio",
    checked: Any = False,
    key: Any = "",
    mark: Any = "",
    **p: Any,
) -> rx.Component:
    """A radio button or checkbox as a row, all of it clickable. `text` may be `prose(…, "line")`.

    `key` is the letter that chooses it. `mark` colours it in a result: right or wrong. Other props go to the input.
    """
    has_key = filled(key)
    if not isinstance(has_key, bool) or has_key:
        p["data_key"] = key.lower() if hasattr(key, "lower") else key
    return el.label(
        el.input(type=kind, name=name, default_checked=checked, custom_attrs={"value": value}, **p),
        el.span(text, class_name="k-ot"),
        when(has_key, el.span(key, class_name="k-kbd k-key hidden md:inline-block", aria_hidden="true")),
        class_name=f"k-opt k-opt--{mark}",
    )


def quiz_cell(
    number: Any, *, answered: Any = False, flagged: Any = False, current: Any = False, **p: Any
) -> rx.Component:
    """A question in the navigator; its name says all that its look says. Stand `el.li`s of them in `quiz_nav`."""
    classes = [
        "k-q w-full",
        when(answered, " k-q--ans", "") if isinstance(answered, rx.Var) else " k-q--ans" if answered else "",
        when(flagged, " k-q--flag", "") if isinstance(flagged, rx.Var) else " k-q--flag" if flagged else "",
    ]
    return el.button(
        sr(t("Question") + " "),
        f"{number}",
        sr(_either(answered, ", " + t("answered"), ", " + t("not answered"))),
        sr(_either(flagged, ", " + t("flagged"), "")),
        type="button",
        class_name="".join(f"{c}" for c in classes),
        aria_current=_either(current, "step", "false"),
        **p,
    )


def text_cell(*, current: Any = False, **p: Any) -> rx.Component:
    """A text between the questions, in the navigator."""
    return el.button(
        icon("text", 18),
        sr(t("Text to read")),
        type="button",
        class_name="k-q w-full grid place-items-center",
        aria_current=_either(current, "step", "false"),
        **p,
    )


def _either(test: Any, yes: str, no: str) -> Any:
    return rx.cond(test, yes, no) if isinstance(test, rx.Var) else yes if test else no


def quiz_nav(*cells: Any) -> rx.Component:
    """The questions as a grid: `quiz_cell`s in `el.li`s, or one `rx.foreach` of them."""
    return el.ol(*cells, class_name="k-qnav")


def quiz_legend() -> rx.Component:
    def line(look: str, words: str) -> rx.Component:
        return el.li(
            el.span(class_name=names("k-q k-key-q", look), aria_hidden="true"),
            words,
            class_name="flex items-center gap-3 t-small t-2",
        )

    return el.ul(
        line("k-q--ans", t("Answered")),
        line("k-q--flag", t("Flagged for review")),
        line("", t("Not answered")),
        class_name="flex flex-col gap-2 mt-5",
    )


def shortcuts(*lines: tuple[tuple[str, ...], str]) -> rx.Component:
    """The keys of this page: (("J", "K"), "Next, previous")."""
    return el.dl(
        *[
            el.div(
                el.dt(*[kbd(k) for k in keys], class_name="flex gap-1"),
                el.dd(words, class_name="t-small t-2"),
                class_name="flex items-center justify-between gap-3",
            )
            for keys, words in lines
        ],
        class_name="flex flex-col gap-2",
    )


VERDICTS = {
    "ok": ("check", later("Correct.")),
    "part": ("circle-slash-2", later("Partly correct.")),
    "no": ("x", later("Incorrect.")),
    "open": ("clock", later("Not graded yet.")),
}


def verdict(kind: Any) -> rx.Component:
    """How an answer did: ok, part, no or open (waiting for a person), in colour, shape and hidden words."""

    def inside(name: str) -> rx.Component:
        ic, words = VERDICTS[name]
        return rx.fragment(icon(ic), sr(t(words) + " "))

    if not isinstance(kind, rx.Var):
        return el.span(inside(kind), class_name=f"k-verdict k-verdict--{kind}")
    cases = [(name, inside(name)) for name in ("ok", "part", "no")]
    return el.span(rx.match(kind, *cases, inside("open")), class_name=f"k-verdict k-verdict--{kind}")


def save_status(kind: Any, time: Text = "", **p: Any) -> rx.Component:
    """What became of the last change: "", saving, saved (at `time`), retry or offline. Always there, so it is heard."""

    def line(ic: str, *words: Any, bad: bool = False) -> rx.Component:
        return el.span(icon(ic), el.span(*words), class_name=names("k-save", bad and "k-save--bad"))

    lines = {
        "saving": line("cloud-upload", t("Saving…")),
        "saved": line("cloud-check", t("Saved"), " ", time),
        "retry": line("cloud-alert", t("Not saved. Trying again"), bad=True),
        "offline": line("cloud-off", t("Offline. Kept on this device"), bad=True),
    }
    shown = (
        rx.match(kind, *lines.items(), rx.fragment()) if isinstance(kind, rx.Var) else lines.get(kind, rx.fragment())
    )
    return el.span(shown, role="status", **p)


class Timer(rx.Component):
    """The countdown. The server's clock counts: the client's own is only used for what passes since."""

    tag = "QuizTimer"
    deadline: Var[str]
    server_now: Var[str]
    words: Var[dict[str, str]]
    on_end: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        return {"react": ["useEffect", "useRef", "useState"]}

    def add_custom_code(self) -> list[str]:
        return [_TIMER]


_TIMER = """
const QuizTimer = ({deadline, serverNow, words, onEnd, children}) => {
  const end = Date.parse(deadline), server = Date.parse(serverNow);
  const ahead = useRef(0), fired = useRef(""), before = useRef(null);
  const [now, setNow] = useState(null), [polite, setPolite] = useState(""), [urgent, setUrgent] = useState("");
  useEffect(() => {
    ahead.current = Number.isNaN(server) ? 0 : server - Date.now();
    const tick = () => setNow(Date.now() + ahead.current);
    tick();
    const timer = setInterval(tick, 250);
    document.addEventListener("visibilitychange", tick);
    return () => { clearInterval(timer); document.removeEventListener("visibilitychange", tick); };
  }, [server]);
  const left = now === null || Number.isNaN(end) ? null : Math.max(0, Math.ceil((end - now) / 1000));
  useEffect(() => {
    if (left === null) return;
    const was = before.current;
    before.current = left;
    if (was !== null && was > 300 && left <= 300 && left > 60) setPolite(words.five);
    if (was !== null && was > 60 && left <= 60 && left > 0) setUrgent(words.one);
    if (left === 0 && fired.current !== deadline) { fired.current = deadline; onEnd?.(); }
  }, [left, deadline]);
  const two = (n) => String(n).padStart(2, "0");
  const h = Math.floor((left ?? 0) / 3600), m = Math.floor((left ?? 0) / 60) % 60, s = (left ?? 0) % 60;
  const minutes = Math.ceil((left ?? 0) / 60);
  const told = left === null ? "" : minutes === 1 ? words.last : words.left.replace("{n}", minutes);
  return jsx("span", {className: "k-timer" + (left !== null && left < 300 ? " k-timer--low" : "")},
    children,
    jsx("span", {role: "timer"},
      jsx("span", {"aria-hidden": "true"}, left === null ? "" : (h ? h + ":" + two(m) : two(m)) + ":" + two(s)),
      jsx("span", {className: "k-sr"}, told)),
    jsx("span", {className: "k-sr", role: "status"}, polite),
    jsx("span", {className: "k-sr", role: "alert"}, urgent));
};
"""


class TimeLeft(rx.Component):
    """A sentence with the minutes that are left. It reads the clock as `Timer` does, and speaks to nobody by itself."""

    tag = "TimeLeft"
    deadline: Var[str]
    server_now: Var[str]
    many: Var[str]
    few: Var[str]

    def add_imports(self) -> dict[str, Any]:
        return {"react": ["useEffect", "useState"]}

    def add_custom_code(self) -> list[str]:
        return [_TIME_LEFT]


_TIME_LEFT = """
const TimeLeft = ({deadline, serverNow, many, few}) => {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const ahead = (Date.parse(serverNow) || Date.now()) - Date.now();
    const tick = () => setLeft(Math.floor((Date.parse(deadline) - Date.now() - ahead) / 60000));
    tick();
    const timer = setInterval(tick, 5000);
    return () => clearInterval(timer);
  }, [deadline, serverNow]);
  return left > 1 ? many.replace("{n}", left) : few;
};
"""


def time_left(deadline: Any, server_now: Any, many: str, few: str) -> rx.Component:
    """The time until `deadline` in a sentence: `many` with {n} minutes, `few` under two."""
    return TimeLeft.create(deadline=deadline, server_now=server_now, many=many, few=few)


def timer(deadline: Any, server_now: Any, on_end: Any = None) -> rx.Component:
    """Time left until `deadline`; both moments are ISO 8601 with an offset. `server_now` is the server's clock when it
    answered, so a wrong clock in the browser changes nothing.

    Yellow under five minutes; said aloud at five minutes (politely) and at one (at once). `on_end` is called once per
    deadline; the server decides what that means.
    """
    words = {
        "left": t("{n} minutes left"),
        "last": t("Less than 1 minute left"),
        "five": t("5 minutes left"),
        "one": t("1 minute left"),
    }
    extra = {} if on_end is None else {"on_end": on_end}
    return Timer.create(icon("timer"), deadline=deadline, server_now=server_now, words=words, **extra)
