"""PDFs that people send: only pages, saved anew; what acts on its own or hides files is refused."""

import io
from collections.abc import Iterator

import pikepdf
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pikepdf.settings import set_qpdf_limits

from learningcity.core.refusals import Refused

MOST_PAGES = 20
MOST_OBJECTS = 50_000
DEEPEST = 40

# For the whole process: what a short file unfolds to while it is opened.
set_qpdf_limits(
    flate_max_memory=64_000_000,
    png_max_memory=64_000_000,
    tiff_max_memory=64_000_000,
    run_length_max_memory=64_000_000,
    dct_max_memory=256_000_000,
    max_stream_filters=4,
    parser_max_nesting=60,
    parser_max_container_size=200_000,
    doc_max_warnings=50,
)

SCRIPT = gettext_lazy("The PDF holds a program that would run. Print it and scan it, then send the scan.")
ACTION = gettext_lazy("The PDF would act on its own when opened. Print it and scan it, then send the scan.")
ATTACHED = gettext_lazy("Other files are packed into the PDF. Send it without them, as pages only.")
DYNAMIC = gettext_lazy(
    "The PDF is a form that builds itself (XFA). Print it and scan it, then send the scan."
)

FORBIDDEN_KEYS: dict[str, Promise] = {
    "/JS": SCRIPT,
    "/JavaScript": SCRIPT,
    "/AA": ACTION,
    "/Launch": ACTION,
    "/EF": ATTACHED,
    "/EmbeddedFiles": ATTACHED,
    "/AF": ATTACHED,
    "/Collection": ATTACHED,
    "/RichMediaContent": ATTACHED,
    "/XFA": DYNAMIC,
}
FORBIDDEN_KINDS: dict[str, Promise] = {
    **dict.fromkeys(["/JavaScript", "/Rendition"], SCRIPT),
    **dict.fromkeys(
        ["/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Movie", "/Sound"], ACTION
    ),
    **dict.fromkeys(["/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Screen", "/3D"], ATTACHED),
}
NOTES = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")


class PdfRefused(Refused):
    """The PDF is not one that may be kept."""

    code = "upload_pdf"


def rewritten(content: bytes) -> bytes:
    """Return a PDF saved anew without notes about where and by whom it was made. Raises PdfRefused."""
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            check_shape(pdf)
            for thing in dictionaries(pdf):
                check(thing)
            if any("decoding stream" in warning for warning in pdf.get_warnings()):
                raise ValueError("a part unfolds to too much, or is damaged")
            forget_notes(pdf)
            file = io.BytesIO()
            pdf.save(
                file,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
            )
    except pikepdf.PasswordError:
        raise locked() from None
    except (
        pikepdf.PdfError,
        pikepdf.DataDecodingError,
        ValueError,
        TypeError,
        RuntimeError,
        KeyError,
    ) as error:
        raise PdfRefused(
            _("The PDF is cut short or damaged. Scan the paper again, or send another copy."),
            code="upload_damaged",
        ) from error
    return file.getvalue()


def locked() -> PdfRefused:
    """Return the refusal of a PDF under a password."""
    return PdfRefused(
        _("The PDF is locked with a password. Save it without a password and send it again."),
        code="upload_locked",
    )


def check_shape(pdf: pikepdf.Pdf) -> None:
    """Refuse a PDF that is locked, too long, or without pages."""
    if pdf.is_encrypted:
        raise locked()
    if len(pdf.objects) > MOST_OBJECTS or len(pdf.pages) > MOST_PAGES:
        raise PdfRefused(
            _("The PDF has more than %(pages)s pages or too many parts. Send only the pages that are needed.")
            % {"pages": MOST_PAGES},
            code="upload_too_many_pages",
        )
    if not len(pdf.pages):
        raise PdfRefused(_("The PDF has no page. Scan the paper again."), code="upload_damaged")


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary of a PDF, those that no page reaches too."""
    for thing in pdf.objects:
        yield from within(thing, 0)


def within(thing: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries written inside an object; raise ValueError if they lie too deep."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        yield thing
        values = [thing.get(key) for key in set(thing.keys())]
    elif isinstance(thing, pikepdf.Array):
        values = list(thing)
    else:
        return
    for value in values:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from within(value, depth + 1)


def check(thing: pikepdf.Object) -> None:
    """Refuse a dictionary that acts, hides a file or asks for another one."""
    keys = set(thing.keys())
    for key in keys & FORBIDDEN_KEYS.keys():
        raise PdfRefused(str(FORBIDDEN_KEYS[key]))
    for key in keys & {"/S", "/Subtype", "/Type"}:
        refusal = FORBIDDEN_KINDS.get(str(thing[key]))
        if refusal:
            raise PdfRefused(str(refusal))
    if isinstance(thing, pikepdf.Stream) and "/F" in keys:
        raise PdfRefused(str(ATTACHED))
    opening = thing.get("/OpenAction")
    # Where a reader opens the PDF is a list of a page and a place; office programs always write one.
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != pikepdf.Name.GoTo:
        raise PdfRefused(str(ACTION))


def forget_notes(pdf: pikepdf.Pdf) -> None:
    """Take away who made the PDF, when, with what, and the notes inside its photographs."""
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    if "/OpenAction" in pdf.Root:
        del pdf.Root["/OpenAction"]
    for thing in dictionaries(pdf):
        for key in NOTES:
            if key in thing:
                del thing[key]
        if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") in (
            pikepdf.Name.DCTDecode,
            [pikepdf.Name.DCTDecode],
        ):
            forget_notes_of_photograph(thing)


def forget_notes_of_photograph(stream: pikepdf.Object) -> None:
    """Take the notes (EXIF with its place, among others) out of a photograph in a PDF."""
    packed = stream.read_raw_bytes()
    clean = without_notes(packed)
    if clean != packed:
        stream.write(clean, filter=stream["/Filter"], decode_parms=stream.get("/DecodeParms"))


def without_notes(jpeg: bytes) -> bytes:
    """Return a JPEG without its notes; the pixels are not touched.

    Kept are APP0 and APP14, which say how to read the colours. What is no JPEG raises ValueError.
    """
    if jpeg[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    parts, place = [b"\xff\xd8"], 2
    while True:
        if jpeg[place : place + 1] != b"\xff" or place + 4 > len(jpeg):
            raise ValueError("not a JPEG")
        marker = jpeg[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xDA:
            return b"".join([*parts, jpeg[place:]])
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        is_note = marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE)
        if not is_note:
            parts.append(jpeg[place:end])
        place = end
