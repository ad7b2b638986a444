"""The command line of a room: `learningcity <noun> <verb>`.

A noun is a management command whose class is a `RoomCommand`:

    class Command(RoomCommand):
        help = "Load the city and ask about it."

        def add_verbs(self) -> None:
            load = self.verb("load", self.load, help="Load a city bundle.")
            load.add_argument("folder", type=Path)

        def load(self, call: Call, *, folder: Path) -> Answer:
            report = load_bundle(folder, by=call.by, at=call.at, progress=call.progress)
            return Answer(data={"areas": report.areas}, words=_("Loaded %(areas)s areas.") % {…})

`--json` prints the data; otherwise the words are printed. A `Refused` becomes one sentence on standard error
and exit status 2.
"""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.utils.timezone import now

from learningcity.core.actors import Actor, operator
from learningcity.core.progress import SILENT, Progress, on_terminal
from learningcity.core.refusals import Refused
from learningcity.core.tables import prepare_tables

REFUSED = 2
INTERRUPTED = 130

# What Django's own runner of commands looks up, whether a command wants it or not.
FRAMEWORK = {
    "verbosity": 1,
    "settings": None,
    "pythonpath": None,
    "traceback": False,
    "no_color": True,
    "force_color": False,
}
NOT_OF_THE_VERB = {*FRAMEWORK, "skip_checks", "stdout", "stderr", "json", "verb_asked"}


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls a verb, when, and how to tell the progress of long work."""

    by: Actor
    at: datetime
    progress: Progress


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb answers: `data` for `--json`, `words` for a person, and the exit status."""

    data: Any
    words: object = ""
    status: int = 0


Verb = Callable[..., Answer]


class VerbParser(CommandParser):
    """Read the words after a noun; say what is wrong with them in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words with exit status 2, or as Django does when called from Python."""
        if not self.called_from_command_line:
            super().error(message)
        sentence = message[:1].upper() + message[1:].rstrip(".")
        self.exit(REFUSED, f"{sentence}. See: {self.prog} --help\n")


class RoomCommand(BaseCommand):
    """A noun of the command line: `add_verbs` names its verbs."""

    requires_system_checks: list[str] = []
    needs_tables = True

    def add_verbs(self) -> None:
        """Declare the verbs with `self.verb`."""
        raise NotImplementedError

    def verb(self, name: str, answer: Verb, *, help: str) -> CommandParser:
        """Declare a verb and the method that answers it; return its parser for more arguments.

        The method is called with a `Call` and the parsed arguments by name.
        """
        parser: CommandParser = self.verbs.add_parser(name, help=help, description=help)
        parser.add_argument("--json", action="store_true", help="Print data instead of words.")
        parser.set_defaults(verb_asked=answer)
        return parser

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return the parser of the noun with its verbs."""
        parser = VerbParser(
            prog=f"learningcity {subcommand}",
            description=self.help or None,
            called_from_command_line=self._called_from_command_line,
        )
        parser.set_defaults(**FRAMEWORK)
        self.verbs = parser.add_subparsers(metavar="VERB", required=True, parser_class=VerbParser)
        self.add_verbs()
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from the command line; a refusal is one sentence and exit status 2."""
        self._called_from_command_line = True
        asked = self.create_parser(argv[0], argv[1]).parse_args(argv[2:])
        try:
            status = self.run(asked)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            status = REFUSED
        except BrokenPipeError:
            # The reader has seen enough; Python would complain once more while closing the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 0
        except KeyboardInterrupt:
            status = INTERRUPTED
        finally:
            connections.close_all()
        sys.exit(status)

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer when called from Python (`call_command`): print the same, let refusals out."""
        self.run(Namespace(**options))

    def run(self, asked: Namespace) -> int:
        """Call the method of the verb that was asked for, print its answer and return its exit status."""
        if self.needs_tables:
            prepare_tables()
        call = Call(by=operator(), at=now(), progress=SILENT if asked.json else on_terminal())
        answer = asked.verb_asked(call, **own_arguments(asked))
        words = as_json(answer.data) if asked.json else str(answer.words)
        if words:
            self.stdout.write(words)
            self.stdout.flush()
        return answer.status


class PlainCommand(RoomCommand):
    """A noun without verbs: `add_arguments` declares its arguments, `answer` is called with them by name."""

    answer: Verb

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return the parser of the noun."""
        parser = VerbParser(
            prog=f"learningcity {subcommand}",
            description=self.help or None,
            called_from_command_line=self._called_from_command_line,
        )
        parser.set_defaults(**FRAMEWORK, json=False, verb_asked=self.answer)
        self.add_arguments(parser)
        return parser


def own_arguments(asked: Namespace) -> dict[str, Any]:
    """Return the arguments of the verb itself, without those of the framework."""
    return {name: value for name, value in vars(asked).items() if name not in NOT_OF_THE_VERB}


def as_json(data: Any) -> str:
    """Return data as JSON text, with moments, days, amounts and identifiers as text."""
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
