"""Files that people send: judged by content, bounded, written anew; hostile ones are refused."""

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageFile

from learningcity.core import uploads
from learningcity.core.uploads import LARGEST_EVER, BoundedUploads, UploadRefused, checked_upload

pytestmark = pytest.mark.once

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def checked(content: bytes, **how):
    return checked_upload(io.BytesIO(content), **how)


def refusal(content: bytes, **how) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        checked(content, **how)
    return caught.value


def photograph(size=(60, 40), kind="JPEG", colour="red", mode="RGB", **how) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, kind, **how)
    return file.getvalue()


def with_place(orientation=1) -> bytes:
    """Return a photograph that tells where it was taken."""
    notes = Image.Exif()
    notes[GPS] = {1: "N", 2: (51.0, 35.0, 2.0), 3: "W", 4: (2.0, 59.0, 46.0)}
    notes[ORIENTATION] = orientation
    notes[MAKER] = "Secret Phone"
    return photograph(exif=notes, comment=b"at home", icc_profile=b"profile" * 40)


def shown(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def pdf(change=None, *, pages=1, **how) -> bytes:
    """Return a PDF; `change` is given it before it is saved."""
    file = io.BytesIO()
    with pikepdf.new() as made:
        for _number in range(pages):
            made.add_blank_page()
        if change:
            change(made)
        made.save(file, **how)
    return file.getvalue()


def names_in(content: bytes) -> str:
    """Return everything that a PDF says, unpacked."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as made:
        made.save(file, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return file.getvalue().decode("latin-1")


def test_the_place_and_the_notes_of_a_photograph_are_gone():
    content = with_place()
    assert shown(content).getexif()[GPS]

    found = checked(content)

    assert dict(shown(found.content).getexif()) == {}
    assert "icc_profile" not in shown(found.content).info
    for secret in (b"Exif", b"Secret Phone", b"at home", b"profileprofile", b"GPS"):
        assert secret not in found.content


def test_a_photograph_taken_sideways_stands_upright():
    assert shown(checked(with_place(orientation=6)).content).size == (40, 60)


@pytest.mark.parametrize(
    ("kind", "mode", "extension", "content_type"),
    [
        ("JPEG", "RGB", "jpg", "image/jpeg"),
        ("JPEG", "L", "jpg", "image/jpeg"),
        ("JPEG", "CMYK", "jpg", "image/jpeg"),
        ("PNG", "RGB", "png", "image/png"),
        ("PNG", "RGBA", "png", "image/png"),
        ("PNG", "1", "png", "image/png"),
        ("PNG", "P", "png", "image/png"),
        ("PNG", "I;16", "png", "image/png"),
    ],
)
def test_every_common_picture_is_kept_as_what_it_is(kind, mode, extension, content_type):
    found = checked(photograph(kind=kind, mode=mode, colour=0 if mode in {"1", "P", "L", "I;16"} else None))

    assert (found.extension, found.content_type) == (extension, content_type)
    assert shown(found.content).size == (60, 40)


def test_the_text_in_a_png_is_gone():
    chunk = b"tEXtComment\x00at home"
    text = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    content = photograph(kind="PNG")

    assert b"at home" not in checked(content[:33] + text + content[33:]).content


def test_the_same_file_gives_the_same_bytes_and_digest():
    assert checked(with_place()) == checked(with_place())
    assert checked(pdf()) == checked(pdf())


def test_an_empty_file_is_refused_at_its_input():
    found = refusal(b"", field="scan")

    assert found.field == "scan"
    assert "empty" in str(found)


def test_a_large_file_is_refused_without_reading_on():
    class Endless(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            assert size >= 0
            self.taken += size
            return b"\xff\xd8\xff" + bytes(size - 3)

    file = Endless()

    with pytest.raises(UploadRefused, match="larger than 1 MB"):
        checked_upload(file, largest=1_000_000)
    assert file.taken == 1_000_001


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"hello", id="text"),
        pytest.param(b"<html><script>alert(1)</script></html>", id="a web page"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', id="svg"),
        pytest.param(b"<?xml version='1.0'?><svg/>", id="svg with its declaration"),
        pytest.param(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;PK\x03\x04", id="a GIFAR"),
        pytest.param(b"MZ\x90\x00", id="a program"),
        pytest.param(b"PK\x03\x04", id="a zip"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBPVP8 ", id="webp"),
        pytest.param(b" %PDF-1.4", id="a PDF that does not begin at once"),
    ],
)
def test_what_is_of_another_kind_is_refused_whatever_its_name(content):
    found = refusal(content)

    assert found.code == "upload_kind"
    assert "PDF, JPEG, PNG" in str(found)


def test_only_the_kinds_asked_for_are_taken():
    assert refusal(pdf(), kinds=("jpeg", "png")).code == "upload_kind"
    assert refusal(photograph(), kinds=("pdf",)).code == "upload_kind"


def zip_with(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"x")
    return file.getvalue()


@pytest.mark.parametrize("whole", [photograph(), photograph(kind="PNG"), pdf()], ids=["jpeg", "png", "pdf"])
@pytest.mark.parametrize(
    "hidden",
    [
        zip_with("evil.class"),
        b"<script>alert(1)</script>",
        b"<!DOCTYPE html><html></html>",
        b"<?php system(1);",
        b"<SVG onload=alert(1)>",
    ],
    ids=["archive", "script", "web page", "php", "svg"],
)
def test_a_file_that_is_two_things_is_refused(whole, hidden):
    assert refusal(whole + hidden).code == "upload_two_kinds"


def test_a_pdf_within_a_picture_is_refused():
    content = photograph(comment=b"%PDF-1.4")

    assert refusal(content).code == "upload_two_kinds"


def test_what_a_camera_writes_after_its_picture_is_dropped():
    assert b"MotionPhoto" not in checked(photograph() + b"MotionPhoto" * 9).content


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("whole", [photograph((300, 200)), photograph((300, 200), kind="PNG"), pdf(pages=3)])
def test_a_file_that_is_cut_is_refused(whole, share):
    cut = whole[: max(10, int(len(whole) * share))]

    assert refusal(cut).code == "upload_damaged"


@settings(deadline=None)
@given(st.sampled_from(list(uploads.MAGIC.values())), st.binary(max_size=400))
def test_noise_after_a_good_beginning_is_refused(magic, noise):
    assert len(str(refusal(magic + noise))) > 20


# Pillow warns of torn notes before we drop them.
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(deadline=None)
@given(
    st.sampled_from([with_place(), photograph(kind="PNG"), pdf(pages=2)]),
    st.floats(0, 1),
    st.binary(max_size=60),
)
def test_a_spoilt_file_is_refused_or_comes_out_clean(whole, share, noise):
    place = 8 + int(share * (len(whole) - 8))
    spoilt = whole[:place] + noise + whole[place + len(noise) :]

    try:
        found = checked(spoilt)
    except UploadRefused:
        return
    assert b"Secret Phone" not in found.content


def tall(width: int, height: int) -> bytes:
    """Return a PNG that tells of a size that it does not hold."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        + b"\x00\x00\x00\x00IEND\xaeB`\x82"
    )  # fmt: skip


@pytest.mark.parametrize(
    "size", [(8_000, 8_000), (10_000, 10_000), (60_000, 60_000), (20_000, 10), (2**31 - 1, 1)]
)
def test_a_picture_of_huge_size_is_refused_before_it_is_unpacked(size):
    assert refusal(tall(*size)).code == "upload_too_many_pixels"


def test_a_png_that_packs_a_hundred_million_pixels_into_little_is_refused():
    bomb = photograph((20_000, 5_000), kind="PNG", mode="1", colour=0)
    assert len(bomb) < 100_000

    assert refusal(bomb).code == "upload_too_many_pixels"


def test_a_png_with_a_text_that_unpacks_without_end_is_refused():
    chunk = b"zTXtnote\x00\x00" + zlib.compress(bytes(200_000_000), 9)
    text = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    content = photograph(kind="PNG")

    assert refusal(content[:33] + text + content[33:]).code == "upload_damaged"


def test_a_plain_pdf_loses_who_made_it_and_keeps_its_pages():
    def sign(made):
        made.docinfo["/Author"] = "Secret Author"
        made.Root.Metadata = Stream(made, b"<x>Secret Author</x>", Type=Name.Metadata, Subtype=Name.XML)
        made.pages[0].PieceInfo = Dictionary(Secret=String("Secret Author"))

    found = checked(pdf(sign, pages=2))

    assert (found.content_type, found.extension) == ("application/pdf", "pdf")
    assert "Secret" not in names_in(found.content)
    with pikepdf.open(io.BytesIO(found.content)) as made:
        assert len(made.pages) == 2


def test_the_place_of_a_photograph_within_a_pdf_is_gone_and_the_picture_stays():
    def paste(made):
        picture = Stream(
            made, with_place(), Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40,
            ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
        )  # fmt: skip
        made.pages[0].Resources = Dictionary(XObject=Dictionary(I=made.make_indirect(picture)))

    found = checked(pdf(paste))

    assert b"Secret Phone" not in found.content
    assert b"Exif" not in found.content
    with pikepdf.open(io.BytesIO(found.content)) as made:
        kept = made.pages[0].Resources.XObject.I
        assert shown(kept.read_raw_bytes()).size == (60, 40)


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def set_root(**values):
    def change(made):
        for key, value in values.items():
            made.Root[f"/{key}"] = value

    return change


def annotate(**values):
    def change(made):
        note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **values)
        made.pages[0].Annots = made.make_indirect(Array([made.make_indirect(note)]))

    return change


def attach(made):
    made.attachments["evil.exe"] = b"MZ"


def hide(made):
    """Put a script where no page leads to it, but a later change of the file could."""
    made.Root.Hidden = made.make_indirect(Array([Dictionary(Deep=Dictionary(Deeper=script()))]))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(set_root(OpenAction=script()), "on its own", id="script on opening"),
        pytest.param(
            set_root(Names=Dictionary(JavaScript=Dictionary(Names=Array([])))), "program", id="named script"
        ),
        pytest.param(hide, "program", id="script deep inside"),
        pytest.param(
            set_root(AA=Dictionary(WC=Dictionary(S=Name.Named))), "on its own", id="further actions"
        ),
        pytest.param(
            set_root(OpenAction=Dictionary(S=Name.URI, URI=String("http://evil.example"))),
            "on its own",
            id="opens",
        ),
        pytest.param(
            annotate(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("calc.exe"))),
            "on its own",
            id="launch",
        ),
        pytest.param(
            annotate(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm, F=String("http://evil.example"))),
            "on its own",
            id="sends a form",
        ),
        pytest.param(annotate(Subtype=Name.FileAttachment), "Other files", id="file in a note"),
        pytest.param(annotate(Subtype=Name.RichMedia), "Other files", id="film"),
        pytest.param(attach, "Other files", id="attached file"),
        pytest.param(set_root(AcroForm=Dictionary(XFA=String("x"), Fields=Array([]))), "XFA", id="xfa"),
    ],
)
def test_a_pdf_that_does_more_than_show_pages_is_refused(change, sentence):
    found = refusal(pdf(change), field="scan")

    assert sentence in str(found)
    assert found.field == "scan"


def test_a_name_written_in_another_way_does_not_hide_a_script():
    content = pdf(
        set_root(Quiet=Dictionary(S=Name.JavaScript)), object_stream_mode=pikepdf.ObjectStreamMode.disable
    )

    assert refusal(content.replace(b"/JavaScript", b"/J#61vaScript")).code in {"upload_pdf", "upload_damaged"}


def test_a_pdf_that_only_says_where_it_opens_is_taken_and_forgets_it():
    found = checked(
        pdf(lambda made: made.Root.__setitem__("/OpenAction", Array([made.pages[0].obj, Name.Fit])))
    )

    assert "OpenAction" not in names_in(found.content)


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_locked_pdf_is_refused(password):
    locked = pdf(encryption=pikepdf.Encryption(owner="owner", user=password))

    assert "password" in str(refusal(locked))


def test_a_pdf_with_many_pages_is_refused():
    assert checked(pdf(pages=20)).extension == "pdf"
    assert "20 pages" in str(refusal(pdf(pages=21)))


def test_a_pdf_without_pages_is_refused():
    assert refusal(pdf(pages=0)).code == "upload_damaged"


def test_a_zip_under_the_name_of_a_pdf_is_refused():
    assert refusal(zip_with("a.pdf")).code == "upload_kind"


def packed_objects(size: int) -> bytes:
    """Return a PDF whose list of objects unfolds to so many bytes."""
    body = zlib.compress(b"5 0 <</A 1>>" + b" " * size, 9)
    file, places = io.BytesIO(b"%PDF-1.5\n"), []
    file.seek(0, io.SEEK_END)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/X 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(body), body),
    ]
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    table = [(0, 0, 255), *((1, place, 0) for place in places), (2, 4, 0), (1, file.tell(), 0)]
    rows = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([last]) for kind, place, last in table)
    start = file.tell()
    file.write(b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(rows))
    file.write(rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)
    return file.getvalue()


def test_a_pdf_whose_objects_unfold_without_end_is_refused():
    assert checked(packed_objects(100)).extension == "pdf"
    assert refusal(packed_objects(200_000_000)).code == "upload_damaged"


def test_a_request_hands_on_no_more_of_a_file_than_any_form_accepts():
    handler, chunk, taken = BoundedUploads(), bytes(1_000_000), 0

    for start in range(0, 60_000_000, len(chunk)):
        taken += len(handler.receive_data_chunk(chunk, start) or b"")

    assert LARGEST_EVER < taken <= LARGEST_EVER + len(chunk)
    assert handler.file_complete(taken) is None


def test_a_cut_picture_is_refused_although_typesetting_lets_such_pass():
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    whole = photograph((300, 200))

    assert refusal(whole[: len(whole) // 2]).code == "upload_damaged"
