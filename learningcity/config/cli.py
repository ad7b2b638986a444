"""The command line: `learningcity <noun> <verb>`."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command; `--data DIR` names the folder that holds everything it writes."""
    arguments = take_data_folder(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learningcity.config.settings")
    execute_from_command_line(arguments)


def take_data_folder(arguments: list[str]) -> list[str]:
    """Return the arguments without `--data DIR`, which settings need before anything else starts."""
    kept: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--data":
            os.environ["LEARNINGCITY_DATA"] = next(words, "")
        elif word.startswith("--data="):
            os.environ["LEARNINGCITY_DATA"] = word.removeprefix("--data=")
        else:
            kept.append(word)
    return kept


if __name__ == "__main__":
    main()
