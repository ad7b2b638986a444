"""Paper forms: each form has a printable twin, whose code brings the entry back under the same rules."""

from learningcity.core.paper.codes import CodeMistyped, fresh_code, in_groups, tidy_code
from learningcity.core.paper.drawing import Question, qr_code, questions_of
from learningcity.core.paper.keeping import (
    AlreadyEntered,
    CodeExpired,
    CodeUnknown,
    PaperTwin,
    drop_expired_paper,
    erase_paper,
    hand_over_paper,
    mark_entered,
    paper_form,
    print_form,
    register,
    twin_named,
)

__all__ = [
    "AlreadyEntered",
    "CodeExpired",
    "CodeMistyped",
    "CodeUnknown",
    "PaperTwin",
    "Question",
    "drop_expired_paper",
    "erase_paper",
    "fresh_code",
    "hand_over_paper",
    "in_groups",
    "mark_entered",
    "paper_form",
    "print_form",
    "qr_code",
    "questions_of",
    "register",
    "tidy_code",
    "twin_named",
]
