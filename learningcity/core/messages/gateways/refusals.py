"""Why a message did not leave."""

from datetime import timedelta


class NotSent(Exception):  # noqa: N818 - an answer of a gateway, not an error of ours
    """A gateway did not take a message. `code` is stable and names no address; `is_final`: never try again.

    `pause` is how long the gateway asks us to wait at least.
    """

    def __init__(self, code: str, *, is_final: bool = False, pause: timedelta = timedelta()) -> None:
        super().__init__(code)
        self.code, self.is_final, self.pause = code, is_final, pause
