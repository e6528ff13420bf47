"""Parts for every page that shows a rubric or marks by one. Vars are a `RubricView`, and marks by ids of criteria."""

from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from lms_app.rubrics.rules import CHECKLIST, GUIDE, MET, RUBRIC
from lms_app.web import kit
from lms_app.web.kit import el, typed
from lms_app.web.words import t

# Kind, its name, its icon.
KINDS = (
    (RUBRIC, t("Rubric"), "table-2"),
    (GUIDE, t("Marking guide"), "ruler"),
    (CHECKLIST, t("Checklist"), "list-checks"),
)


def kind_words(kind: Any) -> Any:
    return rx.match(kind, *[(name, words) for name, words, _ic in KINDS], "")


# ---- To read


def rubric_table(view: Any, marks: Any = None, *, level: int = 3) -> rx.Component:
    """A rubric to read: before the work, or with the `marks` that it was given (`service.filled`)."""
    heading = {2: el.h2, 3: el.h3, 4: el.h4}[level]

    def criterion(one: Any) -> rx.Component:
        worth = rx.cond(one.points_max == 1, t("1 point"), t("{n} points", n=one.points_max))
        chosen: Any = lambda each: False  # noqa: E731  marks decide
        said = rx.fragment()
        if marks is not None:
            known, mark = marks.contains(one.id), marks[one.id]
            worth = rx.cond(known, f"{mark.points} / {one.points_max}", worth)
            chosen = lambda each: known & (mark.level == each.id)  # noqa: E731
            comment = el.p(mark.comment, class_name="k-said mt-2 whitespace-pre-wrap")
            said = rx.cond(known & (mark.comment != ""), comment)
        levels = el.ul(rx.foreach(one.levels, lambda each: _read(each, chosen(each))), class_name="k-lvls mt-2")
        return el.li(
            el.div(
                heading(one.title, class_name="t-small t-strong"),
                el.span(worth, class_name="t-small t-2 t-num whitespace-nowrap"),
                class_name="flex items-baseline justify-between gap-3",
            ),
            kit.when(one.description != "", el.p(one.description, class_name="t-small t-2")),
            kit.when(one.levels.length() > 0, levels),
            said,
            key=one.id,
        )

    return el.ol(rx.foreach(view.criteria, criterion), class_name="k-rubric")


def _read(each: Any, chosen: Any) -> rx.Component:
    return el.li(
        el.span(
            _range(each),
            el.small(each.title),
            kit.when(chosen, kit.sr(" " + t("(given)"))),
            kit.when(each.description != "", el.small(each.description, class_name="mt-1")),
        ),
        class_name=f"k-lvl {kit.when(chosen, 'k-lvl--given', '')}",
        key=each.id,
    )


def _range(each: Any) -> Any:
    return rx.cond(each.points_min == each.points, f"{each.points}", f"{each.points_min}–{each.points}")


# ---- To mark by


def rubric_marking(view: Any, marks: Any, errors: Any) -> rx.Component:
    """A fieldset for each criterion, inside a form: `service.read_marks` reads what comes back.

    Inputs are uncontrolled: give the form a key of what is marked. The sums follow in the browser (`rubric_total`).
    """

    def criterion(one: Any) -> rx.Component:
        given = lambda name: rx.cond(marks.contains(one.id), marks[one.id][name].to(str), "")  # noqa: E731  read three times
        wrong = typed.at(errors, one.id)
        return el.fieldset(
            el.legend(
                el.span(one.title, class_name="t-strong"),
                el.span(Sum.create(max=one.points_max), class_name="t-small t-2 t-num whitespace-nowrap"),
                class_name="k-crit",
            ),
            kit.when(one.description != "", el.p(one.description, class_name="t-small t-2 mb-2")),
            kit.field_error(f"criterion-{one.id}", wrong),
            rx.match(
                view.kind,
                (RUBRIC, _tiles(one, given)),
                (CHECKLIST, _tick(one, given)),
                _free(one, given, t("Points of {max}", max=one.points_max)),
            ),
            el.details(
                el.summary(t("Comment"), kit.sr(" " + t("on {criterion}", criterion=one.title))),
                kit.textarea(name=f"comment.{one.id}", default_value=given("comment"), rows=2)(
                    aria_label=t("Comment on {criterion}", criterion=one.title)
                ),
                open=given("comment") != "",
                class_name="k-crit-more",
            ),
            key=one.id,
            custom_attrs={"data-criterion": one.id},
        )

    return el.div(rx.foreach(view.criteria, criterion), class_name="flex flex-col gap-6")


def rubric_total(points_max: Any) -> rx.Component:
    """The points so far of the form that it stands in, said politely as they change."""
    return el.output(
        Sum.create(max=points_max, whole=True), aria_live="polite", aria_label=t("Points so far"), class_name="k-total"
    )


def _tiles(one: Any, given: Any) -> rx.Component:
    def tile(each: Any) -> rx.Component:
        return el.label(
            el.input(
                type="radio",
                name=f"level.{one.id}",
                default_checked=given("level") == each.id,
                custom_attrs={"value": each.id, "data-worth": each.points, "data-least": each.points_min},
            ),
            el.span(_range(each), el.small(each.title)),
            title=each.description,
            class_name="k-lvl",
            key=each.id,
        )

    points = el.div(_free(one, given, t("Points within the level")), class_name="mt-2")
    return rx.fragment(
        el.div(rx.foreach(one.levels, tile), class_name="k-lvls"),
        kit.when(one.ranged, points),
    )


def _tick(one: Any, given: Any) -> rx.Component:
    return kit.check(
        t("Met"),
        f"level.{one.id}",
        checked=given("level") == MET,
        custom_attrs={"value": MET, "data-worth": one.points_max},
    )


def _free(one: Any, given: Any, label: Any) -> rx.Component:
    return el.label(
        el.span(label, class_name="t-small"),
        el.input(
            name=f"points.{one.id}",
            default_value=given("points"),
            input_mode="decimal",
            auto_complete="off",
            class_name="k-input k-input--sm w-[7rem]!",
            custom_attrs={"data-free": "true"},
        ),
        class_name="flex items-center gap-3",
    )


class Sum(rx.Component):
    """The points of the criterion that it stands in, or with `whole` of the form, as they are chosen."""

    tag = "RubricSum"
    max: Var[Any]
    whole: Var[bool]

    def add_imports(self) -> dict[str, Any]:
        return {"react": ["useEffect", "useRef", "useState"]}

    def add_custom_code(self) -> list[str]:
        return [_SUM]


# In thousandths, as the server counts: 0.1 + 0.2 is 0.3.
_SUM = """
const RubricSum = ({max, whole}) => {
  const self = useRef(null), [sum, setSum] = useState("–");
  useEffect(() => {
    const form = self.current.closest("form");
    const criteria = () => whole ? [...form.querySelectorAll("[data-criterion]")] : [self.current.closest("[data-criterion]")];
    const worth = (criterion) => {
      const typed = criterion.querySelector("[data-free]")?.value.trim(), level = criterion.querySelector("[data-worth]:checked");
      const found = typed ? Number(typed.replace(",", ".")) : level ? Number(level.dataset.worth) : null;
      return found === null || Number.isNaN(found) ? null : Math.round(found * 1000);
    };
    const count = (event) => {
      const level = event?.target.matches("[data-least]") && event.target;
      const free = level && level.closest("[data-criterion]").querySelector("[data-free]");
      if (free?.value && !(+free.value.replace(",", ".") >= +level.dataset.least && +free.value.replace(",", ".") <= +level.dataset.worth)) free.value = "";
      const given = criteria().map(worth).filter((one) => one !== null);
      setSum(given.length ? String(given.reduce((a, b) => a + b, 0) / 1000) : "–");
    };
    count();
    form.addEventListener("input", count);
    return () => form.removeEventListener("input", count);
  }, [whole]);
  return jsx("span", {ref: self}, jsx("b", {}, sum), " / " + max);
};
"""
