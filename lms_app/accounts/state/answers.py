"""What the states of pages with native forms share: the answer to a form, out of the cookie that it left."""

from lms_app.accounts import flash
from lms_app.accounts.flash import Flash
from lms_app.web.state import LmsState
from lms_app.web.views import FieldError


class Answers(LmsState, mixin=True):
    """`problems` is the summary and the sentence of each field (`kit.error_of`); `email` what was typed, so that it stays.

    Reflex takes a state whose bases are all mixins for one, too: subclasses name `LmsState` again.
    """

    problems: list[FieldError] = []
    email: str = ""
    said: str = ""

    def _take_answer(self, *forms: str) -> Flash:
        """Show what a form of this page left, or nothing."""
        answer = flash.opened(self.router.headers.cookie, *forms)
        self.problems = [FieldError(name, words) for name, words in answer.errors.items()]
        self.email = answer.typed.get("email", "")
        self.said = answer.said
        return answer

    def _asked(self, name: str) -> str:
        """A parameter of the address; anybody can write anything there."""
        return str(self.router.url.query_parameters.get(name, ""))[:500]
