"""QTI 2.0 to 2.2, and 3.0, which is the same in other letters (https://www.imsglobal.org/question/qtiv2p2).

An item says what is asked by its interactions: each kind of ours is one or two of them. What is drawn by chance, drawn
into a picture, or changes between two tries is listed as what cannot be asked here.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from xml.etree.ElementTree import Element

from lms_app.exchange import html, tags
from lms_app.exchange.formats.base import Finding, ReadQuestion, Weight, matching_spec
from lms_app.exchange.formats.moodle_cloze import Gaps, Unsupported, written_gap
from lms_app.exchange.formats.qti_text import Parsed, Pictures, Spec, Texts, finished, number, shares, truth_of
from lms_app.exchange.formats.xml_tree import inside, outer, said

_ZERO, _ONE = Decimal(0), Decimal(1)
_CAMEL = re.compile(r"-([a-z0-9])")
_TEST = ("assessmentTest", "assessmentSection")
_NOT_HERE = {
    "hotspotInteraction": "A place in a picture is clicked",
    "graphicOrderInteraction": "Places in a picture are put into an order",
    "graphicAssociateInteraction": "Places in a picture are connected",
    "graphicGapMatchInteraction": "Things are put into places of a picture",
    "selectPointInteraction": "A place in a picture is clicked",
    "positionObjectInteraction": "Things are put into places of a picture",
    "drawingInteraction": "The answer is drawn",
    "mediaInteraction": "A recording is played, and that alone is the answer",
    "customInteraction": "It needs a program of its own",
    "portableCustomInteraction": "It needs a program of its own",
}
_NO_TEXT = {"rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock", "templateInline", "stylesheet"}


def plain_names(root: Element) -> None:
    """QTI 3 as QTI 2: `qti-choice-interaction` is `choiceInteraction`, and so with attributes."""
    for element in root.iter():
        if element.tag.startswith("qti-"):
            element.tag = _CAMEL.sub(lambda match: match[1].upper(), element.tag.removeprefix("qti-"))
            named = {_CAMEL.sub(lambda match: match[1].upper(), name): value for name, value in element.attrib.items()}
            element.attrib.update(named)


def parse(root: Element, lines: dict[Element, int], pictures: Pictures, version: str) -> Parsed:
    """An item, or a test with the addresses of its items. The names are those of QTI 2 (`plain_names`)."""
    if root.tag in _TEST:
        refs = tuple(one.get("href", "") for one in root.iter("assessmentItemRef"))
        return Parsed(title=" ".join((root.get("title") or "").split()), refs=refs, version=version)
    reader = _Reader(root, lines, pictures)
    try:
        question, notes = finished(reader.texts, reader.read())
        return Parsed((question,), tuple(notes), version=version)
    except Unsupported as reason:
        return Parsed((), (Finding(reader.line, Weight.UNSUPPORTED, str(reason), reader.about),), version=version)


class _Reader:
    def __init__(self, element: Element, lines: dict[Element, int], pictures: Pictures) -> None:
        self.element, self.line = element, lines[element]
        self.texts = Texts(pictures)
        self.about = " ".join((element.get("title") or element.get("identifier") or "").split())
        self.declared = {one.get("identifier", ""): one for one in element.findall("responseDeclaration")}
        self.outcomes = {one.get("identifier", ""): one for one in element.findall("outcomeDeclaration")}
        self.processing = element.find("responseProcessing")
        self.used: set[str] = set()
        self.spots: dict[Element, str] = {}
        self.interactions: list[Element] = []
        self.modal = {one.get("identifier", ""): self._markdown(one) for one in element.findall("modalFeedback")}

    def read(self) -> ReadQuestion:
        """Raises Unsupported."""
        body = self.element.find("itemBody")
        if body is None:
            raise Unsupported("This item has no body, so there is nothing to ask.")
        if self.element.find("templateDeclaration") is not None and self.element.find("templateProcessing") is not None:
            raise Unsupported(
                "Its numbers or words are drawn by rules of its own (a template): that cannot be asked here."
            )
        self.interactions = [
            one for one in body.iter() if one.tag.endswith("Interaction") and one.tag != "endAttemptInteraction"
        ]
        for one in self.interactions:
            if reason := _NOT_HERE.get(one.tag):
                raise Unsupported(f"{reason} ({one.tag}): that cannot be asked here.")
        if self.element.get("adaptive", "").lower() == "true":
            self.texts.notes.append("It changes between tries (adaptive): here it is asked as it begins.")
        kind, spec = self._act()(self)
        stem = spec.pop("stem", None) or self._stem(body)
        if not stem.strip():
            raise Unsupported("This question has no text.")
        if kind == "essay":
            spec["notes"] = "\n\n".join(filter(None, [spec.get("notes", ""), *self._rubrics(body)]))
        feedback = self._general()
        if left := [name for name, words in self.modal.items() if words and name not in self.used]:
            self.texts.notes.append(f"Feedback that no kind of answer has here is left out: {', '.join(left)[:200]}.")
        if any(body.iter("feedbackBlock")) or any(body.iter("endAttemptInteraction")):
            self.texts.notes.append("Texts that show only after a try, and buttons for hints, are left out.")
        return ReadQuestion(self.line, self.about, kind, stem, spec, feedback, points=self._points())

    def _act(self) -> "Callable[[_Reader], tuple[str, Spec]]":
        kinds = [one.tag for one in self.interactions]
        if not kinds:
            return _Reader.description
        inline = {"textEntryInteraction", "inlineChoiceInteraction"}
        if kinds == ["textEntryInteraction"]:
            return _Reader.entry
        if set(kinds) <= inline:
            return _Reader.gaps
        if set(kinds) <= {"extendedTextInteraction", "uploadInteraction"} and len(kinds) <= 2:
            return _Reader.essay
        if len(kinds) > 1:
            raise Unsupported(f"It asks {len(kinds)} things at once: that cannot be asked here.")
        if act := _BY_TAG.get(kinds[0]):
            return act
        raise Unsupported(f"{kinds[0]} is no interaction that we know.")

    # ---- The kinds

    def description(self) -> tuple[str, Spec]:
        return "description", {}

    def choice(self) -> tuple[str, Spec]:
        interaction = self.interactions[0]
        choices = interaction.findall("simpleChoice")
        labels = [(one.get("identifier", ""), self._markdown(one)) for one in choices]
        labels = [(name, words) for name, words in labels if words.strip()]
        kept = {name for name, _ in labels}
        shuffle = interaction.get("shuffle", "false").lower() == "true" and not any(
            one.get("fixed") == "true" for one in choices
        )
        told = {
            one.get("identifier", ""): self._inline_feedback(one) for one in choices if one.get("identifier") in kept
        }
        return self._chosen(interaction, labels, told, shuffle=shuffle)

    def hottext(self) -> tuple[str, Spec]:
        interaction = self.interactions[0]
        labels = [(one.get("identifier", ""), self._markdown(one)) for one in interaction.iter("hottext")]
        self.texts.notes.append("Words that were clicked in a text are chosen from a list here.")
        told = dict.fromkeys((name for name, _ in labels), "")
        return self._chosen(interaction, labels, told, shuffle=False)

    def _chosen(
        self, interaction: Element, labels: Sequence[tuple[str, str]], told: dict[str, str], *, shuffle: bool
    ) -> tuple[str, Spec]:
        declared = self._declared(interaction)
        right, mapped = self._correct(declared), self._mapped(declared)
        several = declared.get("cardinality") == "multiple" or interaction.get("maxChoices") == "0"
        if len(labels) < 2:
            raise Unsupported("A question to choose from needs two choices.")
        correct, wrong = self._whole()
        if not several:
            worth = [mapped.get(name, _ZERO) if mapped else Decimal(name in right) for name, _ in labels]
            fractions = shares(worth)
            feedback = [
                self._told(name, told, fraction, correct, wrong)
                for (name, _), fraction in zip(labels, fractions, strict=True)
            ]
            truths = truth_of([words for _, words in labels]) if len(labels) == 2 else None
            if truths is not None and set(fractions) == {_ONE, _ZERO}:
                true = truths.index(True)
                return "true_false", {
                    "answer": fractions[true] == 1,
                    "feedback_true": feedback[true],
                    "feedback_false": feedback[1 - true],
                }
            return "single_choice", {"options": _options(labels, fractions, feedback), "shuffle": shuffle}
        if mapped and not self._matches():
            fractions, rule = shares([mapped.get(name, _ZERO) for name, _ in labels], several=True), "weights"
        else:
            right = right or [name for name, value in mapped.items() if value > 0]
            fractions, rule = [Decimal(name in right) for name, _ in labels], "exact"
            shares(fractions)
        feedback = [
            self._told(name, told, fraction, correct, wrong)
            for (name, _), fraction in zip(labels, fractions, strict=True)
        ]
        return "multiple_answer", {"options": _options(labels, fractions, feedback), "shuffle": shuffle, "rule": rule}

    def _told(self, name: str, told: dict[str, str], fraction: Decimal, correct: str, wrong: str) -> str:
        words = [told.get(name, ""), self._modal(name) if name in self.modal else ""]
        if not any(words):
            words = [correct if fraction > 0 else wrong]
        return "\n\n".join(dict.fromkeys(filter(None, words)))

    def entry(self) -> tuple[str, Spec]:
        """One field in a text: a word or a number."""
        interaction = self.interactions[0]
        declared = self._declared(interaction)
        self.spots[interaction] = html.BLANK if self._is_within(interaction) else ""
        correct, wrong = self._whole()
        if declared.get("baseType") in ("float", "integer"):
            return "numerical", {"answers": self._numbers(declared, correct), "feedback_otherwise": wrong}
        mapping = declared.find("mapping")
        entries = mapping.findall("mapEntry") if mapping is not None else []
        found = {one.get("mapKey", "").strip(): number(one.get("mappedValue"), _ZERO) for one in entries}
        for one in self._correct(declared):
            found.setdefault(one, max(found.values(), default=_ONE))
        found = {words: worth for words, worth in found.items() if words and worth > 0}
        if not found:
            return self.essay() if self._by_hand() else self._no_answer()
        matched = self._matches() and not entries
        case = matched or any(one.get("caseSensitive", "true").lower() == "true" for one in entries)
        fractions = shares(list(found.values()))
        answers = [
            {"text": words, "fraction": fraction, "feedback": correct if fraction == 1 else ""}
            for words, fraction in zip(found, fractions, strict=True)
        ]
        return "short_answer", {"answers": answers, "case_sensitive": case, "feedback_otherwise": wrong}

    def slider(self) -> tuple[str, Spec]:
        self.texts.notes.append("A number that was set with a slider is typed here.")
        declared = self._declared(self.interactions[0])
        return "numerical", {
            "answers": self._numbers(declared, self._whole()[0]),
            "feedback_otherwise": self._whole()[1],
        }

    def _numbers(self, declared: Element, correct: str) -> list[Spec]:
        right, mapped = self._correct(declared), self._mapped(declared)
        if not right and not mapped:
            if bounds := self._bounds(declared.get("identifier", "")):
                return [{"low": bounds[0], "high": bounds[1], "feedback": correct}]
            self._no_answer()
        worth = {number(value): mapped.get(value, _ZERO) for value in mapped} or {
            number(value): _ONE for value in right
        }
        worth = {value: share for value, share in worth.items() if share > 0}
        tolerance: Spec = {}
        if self.processing is not None:
            for equal in self.processing.iter("equal"):
                named = any(one.get("identifier") == declared.get("identifier") for one in equal.iter("variable"))
                way = equal.get("toleranceMode", "exact")
                if named and way in ("absolute", "relative"):
                    both = [abs(number(one, _ZERO)) for one in (equal.get("tolerance") or "0").split()]
                    slack = max(both, default=_ZERO)
                    tolerance = {"tolerance": slack / 100 if way == "relative" else slack, "tolerance_kind": way}
                    if len(set(both)) > 1:
                        self.texts.notes.append("A tolerance that differs above and below is the larger one here.")
        fractions = shares(list(worth.values()))
        return [
            {"value": value, "fraction": fraction, "feedback": correct if fraction == 1 else "", **tolerance}
            for value, fraction in zip(worth, fractions, strict=True)
        ]

    def _bounds(self, name: str) -> tuple[Decimal, Decimal] | None:
        """`low <= answer <= high`, as response processing says it."""
        low: Decimal | None = None
        high: Decimal | None = None
        for one in self.processing.iter() if self.processing is not None else ():
            parts = list(one)
            if one.tag not in ("gte", "gt", "lte", "lt") or len(parts) != 2 or parts[0].get("identifier") != name:
                continue
            if one.tag.startswith("g"):
                low = number(parts[1].text)
            else:
                high = number(parts[1].text)
        return (low, high) if low is not None and high is not None and low <= high else None

    def gaps(self) -> tuple[str, Spec]:
        """Fields and lists in a text."""
        found = Gaps("")
        for at, interaction in enumerate(self.interactions):
            token = f"gap{at}x7q"
            self.spots[interaction] = f" {token} "
            declared = self._declared(interaction)
            mapped = {name: worth for name, worth in self._mapped(declared).items() if worth > 0}
            right = self._correct(declared) or list(mapped)
            if interaction.tag == "inlineChoiceInteraction":
                labels = [
                    (one.get("identifier"), self.texts.plain(inside(one)))
                    for one in interaction.findall("inlineChoice")
                ]
                gap = written_gap([f"{'*' if name in right else ''}{words}" for name, words in labels if words])
                if not any(name in right for name, _ in labels):
                    self._no_answer()
            else:
                words = list(dict.fromkeys([*right, *mapped]))
                if not words:
                    self._no_answer()
                gap = written_gap([" ".join(one.split()) for one in words])
                entries = declared.findall("mapping/mapEntry")
                found.case_sensitive = found.case_sensitive or (
                    any(one.get("caseSensitive", "true").lower() == "true" for one in entries) if entries else True
                )
            found.by_token[token] = gap
        return self._filled(found)

    def gap_match(self) -> tuple[str, Spec]:
        interaction = self.interactions[0]
        words = {one.get("identifier", ""): self.texts.plain(inside(one)) for one in interaction.findall("gapText")}
        if interaction.find("gapImg") is not None or not words:
            raise Unsupported("Pictures are put into gaps: that cannot be asked here.")
        right: dict[str, list[str]] = {}
        for thing, gap in self._pairs(self._declared(interaction)):
            right.setdefault(gap, []).append(thing)
        self.texts.notes.append("Words that were dragged are chosen from lists here.")
        found = Gaps("")
        for at, gap in enumerate(interaction.iter("gap")):
            token = f"gap{at}x7q"
            self.spots[gap] = f" {token} "
            its = right.get(gap.get("identifier", ""), [])
            if not its:
                self._no_answer()
            found.by_token[token] = written_gap(
                list(dict.fromkeys(f"{'*' if name in its else ''}{said}" for name, said in words.items() if said))
            )
        return self._filled(found)

    def _filled(self, found: Gaps) -> tuple[str, Spec]:
        body = self.element.find("itemBody")
        assert body is not None
        markdown = self.texts.markdown(self._html(body))
        if not found.by_token:
            raise Unsupported("There is no gap in this text.")
        stem, written = found.put_back(re.sub(r" ?(gap\d+x7q) ?([.,;:!?)])", r" \1\2", markdown))
        return "cloze", {
            "stem": stem,
            "text": written,
            "case_sensitive": found.case_sensitive,
            "feedback": self._whole()[1],
        }

    def match(self) -> tuple[str, Spec]:
        interaction = self.interactions[0]
        sets = [one.findall("simpleAssociableChoice") for one in interaction.findall("simpleMatchSet")]
        if len(sets) != 2:
            raise Unsupported("It has no two sets to match.")
        words = {one.get("identifier", ""): self._markdown(one) for each in sets for one in each}
        first, second = ([one.get("identifier", "") for one in each] for each in sets)
        pairs = self._pairs(self._declared(interaction))
        targets = [target for _, target in pairs]
        if len({source for source, _ in pairs}) < len(pairs):
            if len(set(targets)) < len(targets):
                raise Unsupported("An item has several right matches. Here each has one.")
            pairs, first, second = [(target, source) for source, target in pairs], second, first
        if left := [words[name] for name in first if name not in dict(pairs)]:
            self.texts.notes.append(f"What has no match is left out: {', '.join(left)[:200]}.")
        return self._matched([(words.get(a, ""), words.get(b, "")) for a, b in pairs], [words[name] for name in second])

    def associate(self) -> tuple[str, Spec]:
        interaction = self.interactions[0]
        words = {one.get("identifier", ""): self._markdown(one) for one in interaction.iter("simpleAssociableChoice")}
        pairs = self._pairs(self._declared(interaction))
        used = [name for pair in pairs for name in pair]
        if len(set(used)) < len(used):
            raise Unsupported("One thing belongs to several pairs: that cannot be asked here.")
        self.texts.notes.append("Pairs of things are asked as items and their matches.")
        others = [said for name, said in words.items() if name not in used]
        return self._matched([(words.get(a, ""), words.get(b, "")) for a, b in pairs], others)

    def _matched(self, pairs: Sequence[tuple[str, str]], offered: Sequence[str]) -> tuple[str, Spec]:
        pairs = [(a, b) for a, b in pairs if a.strip() and b.strip()]
        if len(pairs) < 2:
            raise Unsupported("A matching question needs two pairs or more.")
        known = {" ".join(match.split()) for _, match in pairs}
        others = [one for one in dict.fromkeys(offered) if one.strip() and " ".join(one.split()) not in known]
        if len(known) + len(others) < 2:
            raise Unsupported("All pairs have the same match, so there is nothing to choose.")
        return "matching", matching_spec(pairs, others, self._whole()[1])

    def order(self) -> tuple[str, Spec]:
        interaction = self.interactions[0]
        words = {one.get("identifier", ""): self._markdown(one) for one in interaction.findall("simpleChoice")}
        right = [name for name in self._correct(self._declared(interaction)) if name in words]
        if len(set(right)) < 2 or set(right) != set(words):
            raise Unsupported("Its right order is not in the file.")
        items = [{"text": words[name]} for name in dict.fromkeys(right)]
        return "ordering", {"items": items, "rule": "exact", "feedback": self._whole()[1]}

    def essay(self) -> tuple[str, Spec]:
        tags = {one.tag for one in self.interactions}
        takes = "both" if len(tags) > 1 else "files" if "uploadInteraction" in tags else "text"
        declared = [self._declared(one) for one in self.interactions if one.tag != "uploadInteraction"]
        models = [self.texts.markdown(escape(value, quote=False)) for one in declared for value in self._correct(one)]
        return "essay", {"takes": takes, "notes": "\n\n".join(models)}

    # ---- What the file says of right answers

    def _declared(self, interaction: Element) -> Element:
        name = interaction.get("responseIdentifier", "")
        return self.declared.get(name, Element("responseDeclaration", {"identifier": name}))

    def _correct(self, declared: Element) -> list[str]:
        return [value for one in declared.findall("correctResponse/value") if (value := (one.text or "").strip())]

    def _mapped(self, declared: Element) -> dict[str, Decimal]:
        entries = declared.findall("mapping/mapEntry")
        return {" ".join(one.get("mapKey", "").split()): number(one.get("mappedValue"), _ZERO) for one in entries}

    def _pairs(self, declared: Element) -> list[tuple[str, str]]:
        written = self._correct(declared) or [pair for pair, worth in self._mapped(declared).items() if worth > 0]
        pairs = [tuple(one.split()) for one in written]
        return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]

    def _matches(self) -> bool:
        """Whether an answer is right as a whole or not at all."""
        if self.processing is None:
            return True
        template = self.processing.get("template", "")
        if template:
            return "map_response" not in template
        return self.processing.find(".//mapResponse") is None

    def _by_hand(self) -> bool:
        score = self.outcomes.get("SCORE")
        return self.processing is None or (score is not None and score.get("externalScored") is not None)

    def _no_answer(self) -> "tuple[str, Spec]":
        raise Unsupported("No answer is marked as right.")

    def _points(self) -> Decimal:
        most = self.outcomes.get("MAXSCORE")
        written = said(most, "defaultValue/value") if most is not None else ""
        score = self.outcomes.get("SCORE")
        written = written or (score.get("normalMaximum", "") if score is not None else "")
        found = number(written, _ONE) if written else _ONE
        return found if found > 0 else _ONE

    # ---- Feedback

    def _modal(self, name: str) -> str:
        self.used.add(name)
        return self.modal.get(name, "")

    def _whole(self) -> tuple[str, str]:
        """The feedback to a right answer, and to any other, where their names or the processing tell them apart."""
        correct, wrong = [], []
        for name in self.modal:
            plain = name.lower().replace("_", "").replace("-", "")
            if plain in ("correct", "feedbackcorrect", "correctfeedback", "correctfb", "right"):
                correct.append(self._modal(name))
            elif plain in ("incorrect", "feedbackincorrect", "incorrectfeedback", "incorrectfb", "wrong"):
                wrong.append(self._modal(name))
        return "\n\n".join(filter(None, correct)), "\n\n".join(filter(None, wrong))

    def _general(self) -> str:
        names = [name for name in self.modal if re.fullmatch(r"general.*|solution.*|generalfeedback", name, re.I)]
        return "\n\n".join(filter(None, map(self._modal, names)))

    def _inline_feedback(self, choice: Element) -> str:
        found = [
            self.texts.markdown(inside(one)) for one in choice.iter() if one.tag in ("feedbackInline", "feedbackBlock")
        ]
        return "\n\n".join(filter(None, found))

    def _rubrics(self, body: Element) -> list[str]:
        return [self.texts.markdown(inside(one)) for one in body.iter("rubricBlock")]

    # ---- Texts

    def _stem(self, body: Element) -> str:
        return self.texts.markdown(self._html(body))

    def _markdown(self, element: Element) -> str:
        return self.texts.markdown(self._html(element))

    def _is_within(self, interaction: Element) -> bool:
        """Whether words stand after a field: then its place means something."""
        body = self.element.find("itemBody")
        assert body is not None
        parent = next((one for one in body.iter() if interaction in list(one)), body)
        tail = (interaction.tail or "").strip() or any(
            "".join(one.itertext()).strip() for one in list(parent)[list(parent).index(interaction) + 1 :]
        )
        return bool(tail)

    def _html(self, element: Element) -> str:
        """What is in an element as HTML, without interactions, answers and what shows only later."""
        made = [escape(element.text or "", quote=False)]
        for child in element:
            made += [self._piece(child), escape(child.tail or "", quote=False)]
        return "".join(made)

    def _piece(self, child: Element) -> str:
        if child in self.spots:
            return self.spots[child]
        if child.tag in _NO_TEXT or child.tag == "endAttemptInteraction":
            return ""
        if child.tag.endswith("Interaction"):
            prompt = child.find("prompt")
            asked = f"<div>{self._html(prompt)}</div>" if prompt is not None else ""
            text = "gapMatchInteraction", "hottextInteraction"
            return asked + (
                "".join(
                    f"<div>{self._piece(one)}</div>" for one in child if one.tag not in ("prompt", "gapText", "gapImg")
                )
                if child.tag in text
                else ""
            )
        if child.tag == "object":
            return _object(child)
        if child.tag in ("math", "svg", "table", "pre", "audio", "video") and not any(
            one in self.spots for one in child.iter()
        ):
            return outer(child)
        if child.tag in ("printedVariable", "templateVariable"):
            raise Unsupported(
                "Its numbers or words are drawn by rules of its own (a template): that cannot be asked here."
            )
        if child.tag in ("hottext", "gap", "label"):
            return self._html(child)
        return f"<{child.tag}{_attributes(child)}>" + (
            f"{self._html(child)}</{child.tag}>" if child.tag not in tags.VOID else ""
        )


def _attributes(element: Element) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in element.attrib.items())


def _object(element: Element) -> str:
    address, kind = element.get("data", ""), element.get("type", "")
    words = escape(" ".join("".join(element.itertext()).split()))
    if kind.startswith("image/") or re.search(r"\.(png|jpe?g|gif|webp|svg)$", address, re.I):
        return f'<img src="{escape(address)}" alt="{words}">'
    return f'<a href="{escape(address)}">{words or escape(address)}</a>' if address else words


def _options(labels: Sequence[tuple[str, str]], fractions: Sequence[Decimal], feedback: Sequence[str]) -> list[Spec]:
    return [
        {"text": words, "fraction": fraction, "feedback": told}
        for (_, words), fraction, told in zip(labels, fractions, feedback, strict=True)
    ]


_BY_TAG: dict[str, Callable[[_Reader], tuple[str, Spec]]] = {
    "choiceInteraction": _Reader.choice,
    "hottextInteraction": _Reader.hottext,
    "sliderInteraction": _Reader.slider,
    "gapMatchInteraction": _Reader.gap_match,
    "matchInteraction": _Reader.match,
    "associateInteraction": _Reader.associate,
    "orderInteraction": _Reader.order,
}
