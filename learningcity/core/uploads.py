"""Files that people send: judged by their content, bounded, and written anew before anything is kept.

Name and claimed type of a file are ignored. Photographs are drawn anew, so that the place where they were
taken, and whatever else hides in them, is gone; PDFs are saved anew without metadata (`core.pdfs`).
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from learningcity.core import pdfs
from learningcity.core.refusals import Refused

LARGEST = 5_000_000
LARGEST_EVER = 20_000_000
"""What a request can bring in one file, whatever its form allows."""
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000

MAGIC = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
CONTENT_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
EXTENSIONS = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}
KIND_NAMES = {"pdf": "PDF", "jpeg": "JPEG", "png": "PNG"}

# Long enough not to appear by chance in five megabytes of packed pixels.
MARKUP = re.compile(rb"<script|<html|<!doctype|<iframe|<\?php|<svg[ >]", re.IGNORECASE)

DAMAGED_IMAGE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    TypeError,
    EOFError,
)


class UploadRefused(Refused):
    """The file is not what may be sent here; `field` is its input."""

    code = "upload_refused"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file written anew by us: its bytes, what it is, and the SHA-256 of these bytes."""

    content: bytes
    content_type: str
    extension: str
    digest: str


def checked_upload(
    file: IO[bytes],
    *,
    kinds: Sequence[str] = ("pdf", "jpeg", "png"),
    largest: int = LARGEST,
    field: str = "file",
) -> CheckedFile:
    """Return a file as it may be kept. Raises UploadRefused, one sentence for the input `field`.

    `kinds` are among "pdf", "jpeg" and "png"; `largest` is in bytes.
    """
    try:
        content = bounded(file, largest)
        kind = kind_of(content, kinds)
        check_one_kind(content, kind)
        written = pdfs.rewritten(content) if kind == "pdf" else redrawn(content, kind)
    except Refused as refusal:
        raise UploadRefused(str(refusal), field=field, code=refusal.code) from None
    return CheckedFile(written, CONTENT_TYPES[kind], EXTENSIONS[kind], sha256(written).hexdigest())


def bounded(file: IO[bytes], largest: int) -> bytes:
    """Return the bytes of a file that is neither empty nor too large; never reads more than `largest`."""
    file.seek(0)
    content = file.read(largest + 1)
    if not content:
        raise UploadRefused(_("The file is empty. Choose the file again."), code="upload_empty")
    if len(content) > largest:
        raise UploadRefused(
            _("The file is larger than %(size)s MB. Send a smaller one: scan in grey, or one page at a time.")
            % {"size": format(largest / 1_000_000, "g")},
            code="upload_too_large",
        )
    return content


def kind_of(content: bytes, kinds: Sequence[str]) -> str:
    """Return what a file is by its first bytes; refuse what is not among `kinds`."""
    for kind in kinds:
        if content.startswith(MAGIC[kind]):
            return kind
    raise UploadRefused(
        _("This file is not one of these kinds: %(kinds)s. Save or scan it as one of them.")
        % {"kinds": ", ".join(KIND_NAMES[kind] for kind in kinds)},
        code="upload_kind",
    )


def check_one_kind(content: bytes, kind: str) -> None:
    """Refuse a file that is a second thing at the same time: an archive, a web page, a PDF in a picture.

    A camera may write notes of its own after the picture; these are dropped when it is drawn anew.
    """
    two = zipfile.is_zipfile(io.BytesIO(content)) or (kind != "pdf" and b"%PDF-" in content[:2048])
    places = (content[:2048], content[content.rfind(b"%%EOF") :]) if kind == "pdf" else (content,)
    if two or any(MARKUP.search(place) for place in places):
        raise UploadRefused(
            _("Something else is hidden in this file. Scan the paper again, or take a new photograph of it."),
            code="upload_two_kinds",
        )


def redrawn(content: bytes, kind: str) -> bytes:
    """Return a picture drawn anew, upright, without notes, places and colour profile."""
    # Typesetting letters switches this on for the whole process: a cut picture would pass as whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture = Image.open(io.BytesIO(content), formats=[KIND_NAMES[kind]])
        check_size(picture)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        return drawn(upright, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except DAMAGED_IMAGE:
        raise UploadRefused(
            _("The picture is cut short or damaged. Take it again, or send another copy."),
            code="upload_damaged",
        ) from None


def check_size(picture: Image.Image) -> None:
    """Refuse, before it is unpacked, a picture that would fill the memory."""
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise too_many_pixels()


def too_many_pixels() -> UploadRefused:
    """Return the refusal of a picture that is too large to unpack."""
    return UploadRefused(
        _("The picture has more than %(pixels)s million pixels. Make it smaller and send it again.")
        % {"pixels": MOST_PIXELS // 1_000_000},
        code="upload_too_many_pixels",
    )


def drawn(picture: Image.Image, kind: str) -> bytes:
    """Return only the pixels of a picture as a new file."""
    has_alpha = kind == "png" and (picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info)
    if has_alpha:
        pixels = picture.convert("RGBA")
    else:
        pixels = picture.convert("L" if picture.mode in {"1", "L", "I;16"} else "RGB")
    pixels.info = {}
    file = io.BytesIO()
    if kind == "jpeg":
        pixels.save(file, "JPEG", quality=88, optimize=True)
    else:
        pixels.save(file, "PNG", optimize=True)
    return file.getvalue()


class BoundedUploads(FileUploadHandler):
    """Take no more of a file than any form could accept, before it fills memory or disk.

    Stands first in FILE_UPLOAD_HANDLERS. What is beyond the bound is dropped; the file that arrives is then
    one chunk larger than allowed, and `checked_upload` says so at its input.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Hand on what is within the bound."""
        return raw_data if start <= LARGEST_EVER else None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
