"""What one can do here, one function per verb."""

from lms_app.privacy.models import Reason
from lms_app.privacy.service.agreeing import (
    answer,
    answers,
    current,
    current_of,
    is_asked,
    policies,
    publish_policy,
    unanswered,
)
from lms_app.privacy.service.erasing import ERASED, Erased, erase, is_erased
from lms_app.privacy.service.mapping import data_map
from lms_app.privacy.service.requesting import (
    erase_again,
    erase_due,
    erase_person,
    erasure,
    erasures_waiting,
    person_named,
    plan_unused,
    request_erasure,
    take_back_erasure,
)
from lms_app.privacy.service.retaining import RuleName, leftovers, retain, retain_all, retention
from lms_app.privacy.service.showing import desk, map_desk, my_data, texts_desk
from lms_app.privacy.service.steps import ask_erasure, erase_now
from lms_app.privacy.service.sweeping import LIST, cut_journal, noted, still_used, sweep_erased
from lms_app.privacy.service.taking import (
    TAKE_OUT_ASKED,
    ask_take_out,
    make_take_out,
    note_fetched,
    note_ready,
    place_of,
    read_take_out,
    take_out_file,
    take_outs,
)

__all__ = [
    "ERASED",
    "LIST",
    "TAKE_OUT_ASKED",
    "Erased",
    "Reason",
    "RuleName",
    "answer",
    "answers",
    "ask_erasure",
    "ask_take_out",
    "current",
    "current_of",
    "cut_journal",
    "data_map",
    "desk",
    "erase",
    "erase_again",
    "erase_due",
    "erase_now",
    "erase_person",
    "erasure",
    "erasures_waiting",
    "is_asked",
    "is_erased",
    "leftovers",
    "make_take_out",
    "map_desk",
    "my_data",
    "note_fetched",
    "note_ready",
    "noted",
    "person_named",
    "place_of",
    "plan_unused",
    "policies",
    "publish_policy",
    "read_take_out",
    "request_erasure",
    "retain",
    "retain_all",
    "retention",
    "still_used",
    "sweep_erased",
    "take_back_erasure",
    "take_out_file",
    "take_outs",
    "texts_desk",
    "unanswered",
]
