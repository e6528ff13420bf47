"""T14: every operation of the schema, as a visitor, a student, an instructor and an administrator.

No answer is an error of ours, every answer is one that the schema promises, and nothing that wants a token answers
without it. Half of the addresses name what is there: an id made up at random ends at the first door.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.python import asgi

from lms_app.web.edge import edge
from tests.security.school import School

pytestmark = pytest.mark.no_database

EXAMPLES = 2
EXAMPLES_LONG = 20
ROLES = ("visitor", "student", "instructor", "admin")


def checks() -> list[Any]:
    load_all_checks()
    # What else there is guesses at what a refusal should be; these look at what was promised.
    return CHECKS.get_by_names(
        [
            "not_a_server_error",
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
            "ignored_auth",
        ]
    )


def everything(
    root: Any, tmp_path: Path, begin: Any, mode: GenerationMode, examples: int, *, random: bool, every: int = 1
) -> None:
    app = edge(tmp_path)(root.api)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    wrong: dict[str, str] = {}
    with asgi.get_client(app) as client:
        for operation in [found.ok() for found in schema.get_all_operations()][::every]:
            if operation.path.startswith("/api/"):
                try:
                    _one(operation, client, begin(), mode, examples, random=random)
                except Unsatisfiable:
                    pass  # the schema allows any text there: nothing is wrong
                except (Exception, BaseExceptionGroup) as error:
                    wrong[operation.label] = f"{type(error).__name__}: {error}"
    assert not wrong, "\n\n".join(f"{label}\n{said[:3000]}" for label, said in wrong.items())


def _one(operation: Any, client: Any, there: School, mode: GenerationMode, examples: int, *, random: bool) -> None:

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=not random,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def sent(case: Any, real: bool) -> None:
        if real:
            known = there.ids | ({"item_id": there.ids["quiz_id"]} if "/quizzes/" in operation.path else {})
            case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
        for role in ROLES:
            headers = {"Authorization": f"Bearer {there.tokens[role]}"} if role in there.tokens else {}
            answer = case.call(session=client, headers=headers)
            case.validate_response(answer, checks=checks(), headers=headers, transport_kwargs={"session": client})

    sent()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE])
def test_operations_keep_their_promises(root: Any, tmp_path: Path, begin: Any, mode: GenerationMode) -> None:
    """An eighth of them: `make test-long` sends far more, to all."""
    everything(root, tmp_path, begin, mode, EXAMPLES, random=False, every=8)


@pytest.mark.long
@pytest.mark.parametrize("mode", GenerationMode)
def test_every_operation_keeps_its_promises_for_long(
    root: Any, tmp_path: Path, begin: Any, mode: GenerationMode
) -> None:
    everything(root, tmp_path, begin, mode, int(os.environ.get("LMS_FUZZ_EXAMPLES", EXAMPLES_LONG)), random=True)
