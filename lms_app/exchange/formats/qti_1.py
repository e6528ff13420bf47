"""QTI 1.2: what Canvas, Blackboard, cartridges and most others write (https://www.imsglobal.org/question/qtiv1p2).

An item says how it looks and how it is marked, hardly ever what it is. Its kind is what a program wrote beside
(`question_type` of Canvas, `cc_profile` of cartridges, `bbmd_questiontype` of Blackboard), else its shape.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from xml.etree.ElementTree import Element

from lms_app.exchange.formats.base import Finding, ReadQuestion, Weight, matching_spec
from lms_app.exchange.formats.moodle_cloze import Gaps, Unsupported, written_gap
from lms_app.exchange.formats.qti_1_marking import NOT_HERE, TYPES, Rule, fields_of, rule_of, title_of
from lms_app.exchange.formats.qti_text import (
    Parsed,
    Pictures,
    Spec,
    Texts,
    as_html,
    finished,
    number,
    shares,
    truth_of,
)
from lms_app.exchange.formats.xml_tree import inside, said

NAME = "QTI 1.2"
_ZERO = Decimal(0)
_RESPONSES = ("response_lid", "response_str", "response_num", "response_xy", "response_grp", "response_na")


def parse(root: Element, lines: dict[Element, int], pictures: Pictures) -> Parsed:
    """Every item below `questestinterop`, with the titles of assessment and sections as its category."""
    questions: list[ReadQuestion] = []
    findings: list[Finding] = []
    titles: list[str] = []

    def walk(element: Element, category: tuple[str, ...]) -> None:
        for child in element:
            if child.tag == "item":
                reader = _Reader(child, lines, category, pictures)
                try:
                    question, notes = finished(reader.texts, reader.read())
                    questions.append(question)
                    findings.extend(notes)
                except Unsupported as reason:
                    findings.append(Finding(reader.line, Weight.UNSUPPORTED, str(reason), reader.about))
            elif child.tag in ("assessment", "objectbank", "section"):
                title = title_of(child)
                if child.tag == "assessment":
                    titles.append(title)
                named = title and child.get("ident") != "root_section" and (*category[-1:],) != (title,)
                bank = said(child, "selection_ordering/selection/sourcebank_ref")
                if bank and child.find("item") is None:
                    reason = f"Questions are drawn here from the bank {bank[:60]}: the draw is not imported."
                    findings.append(Finding(lines[child], Weight.NOTE, reason, title))
                walk(child, (*category, title) if named else category)

    if root.tag == "item":
        whole = Element("questestinterop")
        whole.append(root)
        root = whole
    walk(root, ())
    return Parsed(tuple(questions), tuple(findings), titles[0] if titles else "", version=NAME)


class _Reader:
    def __init__(
        self, element: Element, lines: dict[Element, int], category: tuple[str, ...], pictures: Pictures
    ) -> None:
        self.element, self.line, self.category = element, lines[element], category
        self.texts = Texts(pictures)
        title = " ".join((element.get("title") or "").split())
        self.about = "" if title.lower() in ("question", "") else title
        self.fields = fields_of(element)
        self.used: set[str] = set()
        self.spots: dict[Element, str] = {}
        self.presentation = element.find("presentation")
        self.rules = [rule_of(one) for one in element.iterfind("resprocessing/respcondition")]
        self.feedback = {one.get("ident", ""): self._feedback(one) for one in element.iterfind("itemfeedback")}

    def read(self) -> ReadQuestion:
        """Raises Unsupported."""
        named = self._named()
        if reason := NOT_HERE.get(named):
            raise Unsupported(f"{reason}: that cannot be asked here.")
        if self.presentation is None:
            raise Unsupported("This item has no presentation, so there is nothing to ask.")
        responses = [one for one in self.presentation.iter() if one.tag in _RESPONSES]
        act = _BY_TYPE.get(named) or self._by_shape(responses)
        kind, spec = act(self, responses)
        stem = spec.pop("stem", None) or self._stem()
        if not stem.strip():
            raise Unsupported("This question has no text.")
        general = [self._said(name) for name in self._links(lambda rule: rule.other and rule.score is None)]
        general += [self._said(name) for name in ("general_fb", "general", "neutral_fb") if name in self.feedback]
        solutions = self._hidden("solution")
        if kind == "essay" and solutions:
            spec["notes"] = "\n\n".join(filter(None, [spec.get("notes", ""), *solutions]))
        else:
            general += solutions
        if left := [name for name, words in self.feedback.items() if words and name not in self.used]:
            self.texts.notes.append(f"Feedback that no kind of answer has here is left out: {', '.join(left)[:200]}.")
        return ReadQuestion(
            self.line,
            self.about,
            kind,
            stem,
            spec,
            "\n\n".join(dict.fromkeys(filter(None, general))),
            points=self._points(),
            hints=tuple(self._hidden("hint")),
            category=self.category,
        )

    def _named(self) -> str:
        """What a program says that it is, in Canvas's words."""
        named = (self.fields.get("question_type") or said(self.element, "itemmetadata/bbmd_questiontype")).lower()
        profile = re.sub(r"\.v\d.*", "", self.fields.get("cc_profile", "").lower())
        named = named or self.fields.get("qmd_itemtype", "").lower()
        return TYPES.get(named) or (named if named in _BY_TYPE or named in NOT_HERE else TYPES.get(profile, named))

    def _by_shape(self, responses: Sequence[Element]) -> "_Act":
        tags = {one.tag for one in responses}
        if "response_xy" in tags:
            raise Unsupported("A place in a picture is clicked (hot spot): that cannot be asked here.")
        if not responses:
            return _Reader.description
        if tags == {"response_lid"}:
            ordered = any(one.get("rcardinality", "").lower() == "ordered" for one in responses)
            if len(responses) > 1:
                return _Reader.matching if not ordered and self._same_choices(responses) else _Reader.gaps
            if ordered or responses[0].find(".//ims_render_object") is not None:
                return _Reader.ordering
            return _Reader.several if responses[0].get("rcardinality", "").lower() == "multiple" else _Reader.choice
        if tags <= {"response_str", "response_num"}:
            if len(responses) > 1 or len(responses[0].findall(".//response_label")) > 1:
                return _Reader.gaps
            fib = responses[0].find(".//render_fib")
            rows = int(number(fib.get("rows") if fib is not None else "1", Decimal(1)))
            judged = any(rule.score and (rule.equals or rule.parts or rule.bounds) for rule in self.rules)
            if not judged or rows > 3:
                return _Reader.essay
            kind = (fib.get("fibtype", "") if fib is not None else "").lower()
            bounded = any(rule.bounds for rule in self.rules)
            return _Reader.numerical if bounded or kind in ("decimal", "integer", "scientific") else _Reader.short
        raise Unsupported("Its answers are given in several ways at once: that cannot be asked here.")

    def _same_choices(self, responses: Sequence[Element]) -> bool:
        sets = [{text for _, text in self._labels(one)} for one in responses]
        return all(one & sets[0] for one in sets) and not any(token in self._stem_html() for token in ("[", "___"))

    # ---- The kinds

    def choice(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        response = self._one(responses, "response_lid")
        labels = self._labels(response)
        truths = truth_of([text for _, text in labels]) if len(labels) == 2 else None
        best = self._worth(response)
        fractions = shares([best.get(label, _ZERO) for label, _ in labels])
        self._raised(best)
        feedback = self._label_feedback(response, labels, fractions)
        if truths is not None and set(fractions) == {Decimal(1), _ZERO}:
            true = truths.index(True)
            return "true_false", {
                "answer": fractions[true] == 1,
                "feedback_true": feedback[true],
                "feedback_false": feedback[1 - true],
            }
        return "single_choice", {**self._options(labels, fractions, feedback), **self._shuffle(response)}

    def several(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        response = self._one(responses, "response_lid")
        labels = self._labels(response)
        ident = response.get("ident", "")
        whole = [
            rule
            for rule in self.rules
            if rule.score and rule.score > 0 and (len(rule.equals) + len(rule.nots) > 1 or rule.nots)
        ]
        if whole:
            best = max(whole, key=lambda rule: rule.score or _ZERO)
            right = {value for name, value in best.equals if name == ident or not name}
            fractions = shares([Decimal(label in right) for label, _ in labels], several=True)
            canvas = "question_type" in self.fields and self.fields.get("scoring_algorithm") != "AllOrNothing"
            rule = "right_minus_wrong" if canvas else "exact"
            fractions = [Decimal(one > 0) for one in fractions]
        else:
            worth = self._worth(response)
            fractions = shares([worth.get(label, _ZERO) for label, _ in labels], several=True)
            rule = "weights"
        feedback = self._label_feedback(response, labels, fractions)
        return "multiple_answer", {
            **self._options(labels, fractions, feedback),
            "rule": rule,
            **self._shuffle(response),
        }

    def short(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        if len(responses) > 1:
            return self.gaps(responses)
        found: dict[str, tuple[Decimal, str]] = {}
        case = False
        for rule in self.rules:
            written = [value for _, value in rule.equals] + [f"*{value}*" for _, value in rule.parts]
            for value in written:
                worth, told = found.get(value, (_ZERO, ""))
                told = told or "\n\n".join(filter(None, map(self._said, rule.feedback)))
                found[value] = (rule.score if rule.score is not None else worth), told
            case = case or bool(written and rule.case)
        right = {value: one for value, one in found.items() if one[0] > 0 and value.strip()}
        if not right:
            raise Unsupported("No answer is marked as right.")
        fractions = shares([worth for worth, _ in right.values()])
        correct, wrong = self._whole()
        answers = [
            {"text": value, "fraction": fraction, "feedback": told or (correct if fraction == 1 else "")}
            for (value, (_, told)), fraction in zip(right.items(), fractions, strict=True)
        ]
        return "short_answer", {"answers": answers, "case_sensitive": case, "feedback_otherwise": wrong}

    def numerical(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        answers: list[Spec] = []
        for rule in self.rules:
            if not rule.score or rule.score <= 0:
                continue
            told = "\n\n".join(filter(None, map(self._said, rule.feedback)))
            answers += [{**one, "worth": rule.score, "feedback": told} for one in self._numbers(rule)]
        if not answers:
            raise Unsupported("No answer is marked as right.")
        correct, wrong = self._whole()
        for one, fraction in zip(answers, shares([one.pop("worth") for one in answers]), strict=True):
            one["fraction"] = fraction
            one["feedback"] = one["feedback"] or (correct if fraction == 1 else "")
        return "numerical", {"answers": answers, "feedback_otherwise": wrong}

    def _numbers(self, rule: Rule) -> list[Spec]:
        values = [number(value) for _, value in rule.equals]
        low = [value for way, value in rule.bounds if way.startswith("vargt")]
        high = [value for way, value in rule.bounds if way.startswith("varlt")]
        if len(low) == len(high) == 1:
            if values and low[0] <= values[0] <= high[0]:
                below, above = values[0] - low[0], high[0] - values[0]
                if abs(below - above) <= max(abs(below), abs(above)) * Decimal("1e-9"):
                    return [{"value": values[0], "tolerance": max(below, above)}]
            return [{"low": low[0], "high": high[0]}]
        if low or high:
            raise Unsupported("A range of right numbers has one end only. Numerical questions here need both.")
        return [{"value": value, "tolerance": _ZERO} for value in values]

    def calculated(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        own = self.element.find(".//calculated")
        if own is None:
            raise Unsupported("Its formula is not in the file.")
        formulas = [said(one) for one in own.findall("formulas/formula")]
        variables = [
            {
                "name": one.get("name", ""),
                "low": number(said(one, "min")),
                "high": number(said(one, "max")),
                "decimals": int(number(one.get("scale") or "0")),
            }
            for one in own.findall("vars/var")
        ]
        if len(formulas) != 1 or not variables:
            raise Unsupported("Its result needs several formulas, or has no variables: that cannot be asked here.")
        names = {str(one["name"]) for one in variables}
        formula = re.sub(r"\[(\w+)\]", r"\1", formulas[0]).partition("=")
        tolerance = said(own, "answer_tolerance") or "0"
        stem = re.sub(
            r"\\?\[(\w+)\\?\]", lambda match: f"{{{match[1]}}}" if match[1] in names else match[0], self._stem()
        )
        return "calculated", {
            "stem": stem,
            "variables": variables,
            "formula": (formula[2] if formula[1] else formula[0]).strip(),
            "tolerance": abs(number(tolerance.rstrip("% "))) / (100 if "%" in tolerance else 1),
            "tolerance_kind": "relative" if "%" in tolerance else "absolute",
            "feedback": self._whole()[1],
        }

    def matching(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        if any(one.tag != "response_lid" for one in responses):
            raise Unsupported("Its matches are typed: that cannot be asked here.")
        right_block = self._block("RIGHT_MATCH_BLOCK")
        answers = [self._material(one) for one in right_block] if right_block is not None else []
        pairs: list[tuple[str, str]] = []
        offered: list[str] = []
        for response in responses:
            labels = self._labels(response, [self.texts.markdown(one) for one in answers])
            best = self._worth(response)
            offered += [text for _, text in labels]
            matches = [text for label, text in labels if best.get(label, _ZERO) > 0]
            if len(matches) > 1:
                raise Unsupported("An item has several right matches. Here each has one.")
            item = self._beside(response)
            pairs += [(item, match) for match in matches if item.strip()]
        return self._matched(pairs, offered)

    def categorized(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        """Things that are put into categories: each of them is matched with its own."""
        pairs: dict[str, str] = {}
        things: dict[str, None] = {}
        for response in responses:
            category = self._beside(response)
            best = self._worth(response)
            for label, text in self._labels(response):
                things[text] = None
                if best.get(label, _ZERO) > 0:
                    pairs[text] = category
        if left := [thing for thing in things if thing not in pairs]:
            self.texts.notes.append(f"What belongs into no category is left out: {', '.join(left)[:200]}.")
        return self._matched(list(pairs.items()), [])

    def _matched(self, pairs: list[tuple[str, str]], offered: Sequence[str]) -> tuple[str, Spec]:
        if len(pairs) < 2:
            raise Unsupported("A matching question needs two pairs or more.")
        known = {" ".join(match.split()) for _, match in pairs}
        others = [one for one in dict.fromkeys(offered) if one.strip() and " ".join(one.split()) not in known]
        if len(known) + len(others) < 2:
            raise Unsupported("All pairs have the same match, so there is nothing to choose.")
        return "matching", matching_spec(pairs, others, self._whole()[1])

    def ordering(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        response = self._one(responses, "response_lid")
        labels = dict(self._labels(response))
        rules = [rule for rule in self.rules if len(rule.equals) > 1]
        order = [value for _, value in rules[0].equals if value in labels] if rules else []
        if len(order) < 2 or len(set(order)) < len(labels):
            raise Unsupported("Its right order is not in the file.")
        items = [{"text": labels[value]} for value in dict.fromkeys(order)]
        return "ordering", {"items": items, "rule": "exact", "feedback": self._whole()[1]}

    def essay(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        notes = self.fields.get("grading_notes", "")
        return "essay", {"notes": self.texts.markdown(notes)} if notes else {}

    def upload(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        return "essay", {"takes": "files"}

    def description(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        return "description", {}

    def gaps(self, responses: Sequence[Element]) -> tuple[str, Spec]:
        """Several blanks or lists in a text, or named in it as `[name]`."""
        found = Gaps("")
        for at, response in enumerate(responses):
            token = f"gap{at}x7q"
            found.by_token[token] = self._gap(response, found)
            self.spots[response] = token
        written = self._stem_html()
        for response, token in self.spots.items():
            names = [response.get("ident", "").removeprefix("response_"), self._beside_words(response)]
            place = next((f"[{name}]" for name in names if name and f"[{escape(name, quote=False)}]" in written), "")
            if token not in written:
                written = written.replace(place, token) if place else f"{written} {token}"
        stem, filled = found.put_back(self.texts.markdown(written))
        self.texts.notes += found.notes
        return "cloze", {
            "stem": stem,
            "text": filled,
            "case_sensitive": found.case_sensitive,
            "feedback": self._whole()[1],
        }

    def _gap(self, response: Element, found: Gaps) -> str:
        ident = response.get("ident", "")
        labels = [
            (label, " ".join(self.texts.plain(text).split())) for label, text in self._labels(response, html=True)
        ]
        worth = self._worth(response)
        if response.tag == "response_lid" and labels:
            right = [text for label, text in labels if worth.get(label, _ZERO) > 0]
            types = {one.get("answer_type", "").lower() for one in response.iter("response_label")}
            typed = self._named() == "fill_in_multiple_blanks_question" and not types & {"dropdown", "wordbank"}
            if typed:
                return written_gap(list(dict.fromkeys(right or [text for _, text in labels])))
            if len({text for _, text in labels}) < 2:
                return written_gap(right)
            return written_gap(list(dict.fromkeys(f"{'*' if text in right else ''}{text}" for _, text in labels)))
        known = {ident, *(label.get("ident", "") for label in response.iter("response_label"))}
        right = [
            value for rule in self.rules for name, value in rule.equals if name in known and (rule.score or 0) >= 0
        ]
        if not right:
            bounded = any(rule.bounds for rule in self.rules)
            raise Unsupported("A gap is for a range of numbers." if bounded else "A gap has no right answer.")
        found.case_sensitive = found.case_sensitive or any(rule.case for rule in self.rules)
        return written_gap(list(dict.fromkeys(" ".join(value.split()) for value in right)))

    # ---- Parts

    def _one(self, responses: Sequence[Element], tag: str) -> Element:
        found = [one for one in responses if one.tag == tag]
        if len(found) != 1:
            raise Unsupported("It asks several things at once: that cannot be asked here.")
        return found[0]

    def _labels(self, response: Element, otherwise: Sequence[str] = (), *, html: bool = False) -> list[tuple[str, str]]:
        """Id and text of each choice; without a text of its own it is the one of the same place in `otherwise`."""
        found: list[tuple[str, str]] = []
        for at, label in enumerate(response.iter("response_label")):
            written = self._material(label)
            markdown = written if html else self.texts.markdown(written)
            found.append((label.get("ident", ""), markdown or (otherwise[at] if at < len(otherwise) else "")))
        return [(label, text) for label, text in found if text.strip()]

    def _worth(self, response: Element) -> dict[str, Decimal]:
        """What picking each choice is worth."""
        ident = response.get("ident", "")
        found: dict[str, Decimal] = {}
        for rule in self.rules:
            if rule.score is None:
                continue
            for name, value in rule.equals:
                if name in (ident, "") and (value not in found or rule.score > found[value]):
                    found[value] = rule.score
        return found

    def _raised(self, worth: dict[str, Decimal]) -> None:
        most = [one.get("maxvalue") for one in self.element.iterfind("resprocessing/outcomes/decvar")]
        top, best = number(most[0] if most else None, _ZERO), max(worth.values(), default=_ZERO)
        if 0 < best < top:
            self.texts.notes.append(
                "Nobody could get full points: what the right answers are worth was raised to 100 %."
            )

    def _options(self, labels: Sequence[tuple[str, str]], fractions: Sequence[Decimal], told: Sequence[str]) -> Spec:
        return {
            "options": [
                {"text": text, "fraction": fraction, "feedback": feedback}
                for (_, text), fraction, feedback in zip(labels, fractions, told, strict=True)
            ]
        }

    def _shuffle(self, response: Element) -> Spec:
        render = response.find("render_choice")
        return {"shuffle": (render.get("shuffle", "yes") if render is not None else "yes").lower() != "no"}

    def _label_feedback(
        self, response: Element, labels: Sequence[tuple[str, str]], fractions: Sequence[Decimal]
    ) -> list[str]:
        """What is said to each choice; what is said to right or wrong answers as a whole goes to those that are."""
        ident = response.get("ident", "")
        own: dict[str, list[str]] = {label: [] for label, _ in labels}
        for rule in self.rules:
            if len(rule.equals) == 1 and not rule.nots and rule.equals[0][0] in (ident, "") and not rule.other:
                own.get(rule.equals[0][1], []).extend(rule.feedback)
        correct, wrong = self._whole()
        made: list[str] = []
        for (label, _), fraction in zip(labels, fractions, strict=True):
            words = [self._said(name) for name in dict.fromkeys(own[label])]
            words += [correct if fraction > 0 else wrong]
            made.append("\n\n".join(dict.fromkeys(filter(None, words))))
        return made

    def _whole(self) -> tuple[str, str]:
        """The feedback to a right answer, and to any other."""
        correct = [name for name in ("correct_fb", "correct") if name in self.feedback]
        wrong = [name for name in ("general_incorrect_fb", "incorrect_fb", "incorrect") if name in self.feedback]
        wrong += self._links(lambda rule: rule.other and rule.score is not None)
        return tuple("\n\n".join(dict.fromkeys(filter(None, map(self._said, names)))) for names in (correct, wrong))  # pyright: ignore[reportReturnType]

    def _links(self, which: Callable[[Rule], bool]) -> list[str]:
        return [name for rule in self.rules if which(rule) for name in rule.feedback]

    def _said(self, name: str) -> str:
        self.used.add(name)
        return self.feedback.get(name, "")

    def _feedback(self, element: Element) -> str:
        parts = [self._material(child) for child in element if child.tag not in ("solution", "hint")]
        return self.texts.markdown("".join(parts))

    def _hidden(self, tag: str) -> list[str]:
        found = [self.texts.markdown(self._material(one)) for one in self.element.iterfind(f"itemfeedback/{tag}")]
        return [one for one in found if one]

    def _block(self, name: str) -> Element | None:
        assert self.presentation is not None
        return next((one for one in self.presentation.iter("flow") if one.get("class") == name), None)

    def _beside(self, response: Element) -> str:
        """The text that belongs to one of several responses: in it, or next to it as Blackboard writes."""
        own = "".join(self._material(child) for child in response if child.tag in ("material", "material_ref"))
        if not own and self.presentation is not None:
            parent = next((one for one in self.presentation.iter("flow") if response in list(one)), None)
            own = (
                "".join(self._material(one) for one in parent if one.tag != response.tag) if parent is not None else ""
            )
        return self.texts.markdown(own)

    def _beside_words(self, response: Element) -> str:
        return " ".join(self.texts.plain("".join(self._material(one) for one in response.findall("material"))).split())

    def _points(self) -> Decimal:
        for name in ("points_possible", "qmd_weighting", "cc_weighting"):
            if self.fields.get(name):
                return max(number(self.fields[name], Decimal(1)), _ZERO)
        scored = said(self.element, "itemmetadata/qmd_absolutescore_max")
        return number(scored, Decimal(1)) if scored else Decimal(1)

    # ---- Texts

    def _stem(self) -> str:
        return self.texts.markdown(self._stem_html())

    def _stem_html(self) -> str:
        assert self.presentation is not None
        return self._material(self.presentation)

    def _material(self, element: Element) -> str:
        """The words of an element as HTML; a response is the token of its gap, or nothing."""
        match element.tag:
            case "mattext" | "matemtext" | "mat_formattedtext":
                kind = (element.get("texttype") or element.get("type") or "text/plain").lower()
                written = inside(element) if len(element) else element.text or ""
                return as_html(written, plain="html" not in kind and not len(element)) + " "
            case "matimage":
                uri = element.get("uri", "")
                return f'<img src="{escape(uri)}" alt="{escape(element.get("label", ""))}">' if uri else ""
            case "mataudio" | "matvideo" | "matapplication":
                uri = element.get("uri", "")
                return f'<a href="{escape(uri)}">{escape(element.get("label") or uri)}</a>' if uri else ""
            case "matbreak":
                return "<br>"
            case "altmaterial" | "qticomment" | "respcondition":
                return ""
            case tag if tag in _RESPONSES:
                return self.spots.get(element, "")
            case "flow" if element.get("class") in ("RESPONSE_BLOCK", "RIGHT_MATCH_BLOCK"):
                return ""
            case _:
                made = "".join(map(self._material, element))
                return (
                    f"<div>{made}</div>"
                    if element.tag in ("flow_mat", "flow") and element.find("material") is None and made
                    else made
                )


_Act = Callable[[_Reader, Sequence[Element]], tuple[str, Spec]]
_BY_TYPE: dict[str, _Act] = {
    "multiple_choice_question": _Reader.choice,
    "true_false_question": _Reader.choice,
    "multiple_answers_question": _Reader.several,
    "short_answer_question": _Reader.short,
    "fill_in_multiple_blanks_question": _Reader.gaps,
    "multiple_dropdowns_question": _Reader.gaps,
    "matching_question": _Reader.matching,
    "categorization_question": _Reader.categorized,
    "ordering_question": _Reader.ordering,
    "numerical_question": _Reader.numerical,
    "calculated_question": _Reader.calculated,
    "essay_question": _Reader.essay,
    "file_upload_question": _Reader.upload,
    "text_only_question": _Reader.description,
}
