"""How the scripts are cut into files: what we change in Vite's configuration."""

import pytest

from lms_app.web import bundle


def test_icons_are_put_into_one_file_once() -> None:
    once = bundle._with_icons('output: { codeSplitting: { groups: [ {test: /env.json/, name: "reflex-env"} ] } }')

    assert '[{test: /lucide-react/, name: "icons"},' in once
    assert bundle._with_icons(once) == once


def test_a_configuration_that_reflex_has_changed_is_told() -> None:
    with pytest.raises(RuntimeError, match="has Reflex changed"):
        bundle._with_icons("output: {}")
