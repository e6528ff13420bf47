"""What authors and students wrote: the one place where HTML is shown as it is, and the reader's place in it."""

from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from lms_app.web.kit.basics import names


def prose(html: Any, size: str = "") -> rx.Component:
    """HTML made by `core.text`, which sanitises it. Nothing else may reach this function.

    size: "" for a lesson, sm for feedback, stem for a question, line for an option, head for a question in a list.
    """
    return rx.html(html, class_name=names("k-prose", size and f"k-prose--{size}"), dir="auto")


class PlaceKeeper(rx.Component):
    """Scrolls to where the reader left off, and tells where they are when they stop scrolling."""

    tag = "PlaceKeeper"
    place: Var[str]
    at: Var[int]
    on_place: rx.EventHandler[rx.event.passthrough_event_spec(int)]

    def add_imports(self) -> dict[str, Any]:
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        return [_PLACE_KEEPER]


_PLACE_KEEPER = """
const PlaceKeeper = ({place, at, onPlace}) => {
  useEffect(() => {
    if (!place) return;
    const key = "lectern.place." + place;
    const end = () => document.querySelector("[data-place-end]")?.getBoundingClientRect().top + scrollY;
    const room = () => Math.max(1, (end() || document.documentElement.scrollHeight) - innerHeight);
    const start = Number(localStorage.getItem(key) ?? at ?? 0);
    if (start > 20 && start < 980 && !location.hash) scrollTo({top: start / 1000 * room(), behavior: "instant"});
    let timer = 0, last = start;
    const stopped = () => {
      const now = Math.min(1000, Math.max(0, Math.round(scrollY / room() * 1000)));
      if (Math.abs(now - last) < 10) return;
      last = now;
      localStorage.setItem(key, now);
      onPlace?.(now);
    };
    const scrolled = () => { clearTimeout(timer); timer = setTimeout(stopped, 800); };
    addEventListener("scroll", scrolled, {passive: true});
    return () => { clearTimeout(timer); removeEventListener("scroll", scrolled); };
  }, [place]);
  return null;
};
"""


def place_keeper(place: Any, at: Any = 0, on_place: Any = None) -> rx.Component:
    """Keeps the reader's place in a lesson. `place` is the lesson's id, `at` the place that the server knows, 0..1000.

    This browser's own note of it wins. `on_place` gets the new place, 0..1000, at most once per stop.
    Put it inside the body that is drawn once the lesson has loaded, so that there is something to scroll. The text ends at
    an element with `data_place_end`, or else with the page.
    """
    return PlaceKeeper.create(place=place, at=at, **({"on_place": on_place} if on_place is not None else {}))
