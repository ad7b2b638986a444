"""Plain words from markup: what a reader would see, without tags, scripts or styles."""

import re
from html.parser import HTMLParser

NEW_LINE = {
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "section",
}
SILENT = {"script", "style", "template", "noscript", "iframe", "object", "head", "title"}
MANY_LINES = re.compile(r"\n{3,}")
MARKUP = re.compile(r"[<&]")


class Words(HTMLParser):
    """Collect the words of a piece of markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or fall silent."""
        if tag in SILENT:
            self.silent += 1
        elif tag in NEW_LINE:
            self.found.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a tag that closes itself."""
        if tag in NEW_LINE:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or speak again."""
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in NEW_LINE:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words that a reader would see."""
        if not self.silent:
            self.found.append(data)


def plain_text(markup: str) -> str:
    """Return the words of markup, a line for each paragraph or item.

    >>> plain_text("<p>Clay &amp; glaze</p><p>Bring an <b>apron</b>.</p><script>x()</script>")
    'Clay & glaze\\n\\nBring an apron.'
    """
    if not MARKUP.search(markup):
        return markup.strip()
    words = Words()
    words.feed(markup)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.found).split("\n"))
    return MANY_LINES.sub("\n\n", "\n".join(lines)).strip()
