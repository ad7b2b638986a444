"""The command line: `learningcity <noun> <verb>`."""

import os
import sys
from difflib import get_close_matches

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility, get_commands, load_command_class

from learningcity import __version__

REFUSED = 2
# The database holds log-ins: what we write is for the account that runs the city, and for nobody else.
PRIVATE = 0o077


class Unanswerable(Exception):  # noqa: N818 - an answer, like a refusal; core is not loaded yet
    """The words given cannot be acted on."""


def main() -> None:
    """Run one command; `--data DIR` names the folder that holds everything it writes."""
    os.umask(PRIVATE)
    try:
        words = take_data_folder(sys.argv[1:])
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learningcity.config.settings")
        run(words)
    except (Unanswerable, ImproperlyConfigured) as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(REFUSED)


def take_data_folder(words: list[str]) -> list[str]:
    """Return the words without `--data DIR`, which settings need before anything else starts."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        name, _, folder = word.partition("=")
        if name != "--data":
            kept.append(word)
            continue
        folder = folder or next(rest, "")
        if not folder or folder.startswith("-"):
            raise Unanswerable("--data needs the name of a folder.")
        os.environ["LEARNINGCITY_DATA"] = folder
    return kept


def run(words: list[str]) -> None:
    """Run a command, or say which there are."""
    if words[:1] == ["--version"]:
        sys.stdout.write(f"learningcity {__version__}\n")
        return
    django.setup()
    if not words or words[0] in {"help", "--help", "-h"}:
        sys.stdout.write(overview())
        return
    known = get_commands()
    if words[0] not in known:
        close = get_close_matches(words[0], known, n=1)
        hint = f" Did you mean: learningcity {close[0]}?" if close else " See: learningcity --help"
        raise Unanswerable(f"There is no command {words[0][:40]!r}.{hint}")
    ManagementUtility(["learningcity", *words]).execute()


def overview() -> str:
    """Return the nouns of all rooms with what they are for."""
    ours = {noun: app for noun, app in get_commands().items() if str(app).startswith("learningcity.")}
    lines = [f"  {noun:12} {load_command_class(app, noun).help}" for noun, app in sorted(ours.items())]
    return "\n".join(["learningcity NOUN VERB [--json] [--data DIR]", "", *lines, ""])


if __name__ == "__main__":
    main()
