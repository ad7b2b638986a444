"""Refusals: answers that say no, why, and what to do next."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Say no to a person in one sentence, with the next step.

    `code` is stable and meant for machines; `field` names the input that has to change, if there is one.
    """

    code = "refused"

    def __init__(self, sentence: object, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.args[0])
