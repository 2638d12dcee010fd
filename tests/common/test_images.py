"""Photos from strangers lose their past and cannot hurt."""

import io
import struct
import zlib
from typing import Any
from unittest.mock import patch

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from common.errors import Invalid
from common.images import CleanImage, clean

CANARY = "CANARY-36.195-117.088"
RED, BLUE = (220, 20, 20), (20, 20, 220)
ORIENTATION, GPS, MAKE, ARTIST = 0x0112, 0x8825, 0x010F, 0x013B


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    return image.convert(mode)


def written(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def reread(clean_image: CleanImage) -> Image.Image:
    image = Image.open(io.BytesIO(clean_image.jpeg), formats=["JPEG"])
    image.load()
    return image


def with_position(**also: int) -> Image.Exif:
    exif = Image.Exif()
    exif[MAKE] = exif[ARTIST] = CANARY
    exif[GPS] = {1: "N", 2: (36.0, 11.0, 42.0), 29: CANARY, 30: 0}
    for tag in also.values():
        exif[ORIENTATION] = tag
    return exif


def code_of(data: Any, **limits: int) -> str:
    with pytest.raises(Invalid) as refused:
        clean(data, **limits)
    assert str(refused.value)
    return refused.value.code


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its few bytes hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_of_photo_becomes_a_jpeg(kind: str) -> None:
    told = clean(written(picture(), kind))
    image = reread(told)
    assert (image.format, image.size, (told.width, told.height)) == ("JPEG", (60, 40), (60, 40))
    pixel = image.getpixel((30, 5))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 150 > pixel[2]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_where_it_was_taken_is_gone_byte_for_byte(kind: str) -> None:
    exif = with_position().tobytes()
    xmp = f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode()
    options: dict[str, Any] = {"exif": exif}
    if kind == "JPEG":
        options |= {"comment": CANARY, "xmp": xmp, "icc_profile": CANARY.encode()}
    elif kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Location", CANARY)
        notes.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options |= {"pnginfo": notes}
    else:
        options |= {"xmp": xmp}
    raw = written(picture(), kind, **options)
    assert CANARY.encode() in raw
    told = clean(raw)
    for kept in (told.jpeg, told.thumbnail):
        for trace in (CANARY.encode(), b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE"):
            assert trace not in kept
    assert not reread(told).getexif()


def test_bytes_hidden_behind_the_photo_are_gone() -> None:
    page = b"<html><script>alert('CANARY')</script></html>PK\x03\x04CANARY"
    told = clean(written(picture()) + page)
    assert b"CANARY" not in told.jpeg + told.thumbnail
    assert b"<script" not in told.jpeg


@pytest.mark.parametrize(
    ("orientation", "size", "top_left"),
    [(1, (60, 40), "red"), (3, (60, 40), "blue"), (6, (40, 60), "blue"), (8, (40, 60), "red")],
)
def test_a_photo_taken_sideways_is_turned_upright(
    orientation: int, size: tuple[int, int], top_left: str
) -> None:
    raw = written(picture(), exif=with_position(turned=orientation).tobytes())
    told = clean(raw)
    red, _green, blue = reread(told).getpixel((2, 2))  # type: ignore[misc]
    assert (told.width, told.height) == size
    assert ("red" if red > blue else "blue") == top_left


def test_an_iphone_photo_taken_sideways_is_turned_once() -> None:
    heif = pillow_heif.from_pillow(picture())
    out = io.BytesIO()
    heif.save(out, exif=with_position(turned=6).tobytes())
    told = clean(out.getvalue())
    assert (told.width, told.height) == (40, 60)


def test_long_sides_are_cut_down_and_the_shape_is_kept() -> None:
    told = clean(written(picture(4000, 1000)))
    assert (told.width, told.height) == reread(told).size == (2048, 512)
    thumbnail = Image.open(io.BytesIO(told.thumbnail))
    assert thumbnail.size == (480, 120)
    assert len(told.thumbnail) < len(told.jpeg)


def test_a_small_photo_is_not_blown_up() -> None:
    told = clean(written(picture(10, 8)))
    assert (told.width, told.height) == (10, 8)
    assert Image.open(io.BytesIO(told.thumbnail)).size == (10, 8)


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "1", "I;16"])
def test_every_way_of_colour_is_taken(mode: str) -> None:
    image = Image.new("I;16", (60, 40)) if mode == "I;16" else picture(mode=mode)
    assert clean(written(image, "PNG")).width == 60


def test_a_print_shops_four_colours_are_taken() -> None:
    assert clean(written(picture(mode="CMYK"))).width == 60


def test_what_is_see_through_becomes_white() -> None:
    raw = written(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    assert reread(clean(raw)).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    "size",
    [(6_325, 6_325), (9_000, 10_000), (20_000, 20_000), (65_000, 65_000)],
    ids=["40 million", "90 million", "400 million", "4225 million"],
)
def test_too_many_pixels_are_refused_before_any_is_decoded(size: tuple[int, int]) -> None:
    with patch("PIL.ImageFile.ImageFile.load", side_effect=AssertionError("decoded")):
        assert code_of(huge_png(*size)) == "photo_pixels"


def test_a_real_photo_of_more_than_forty_million_pixels_is_refused() -> None:
    assert code_of(written(Image.new("L", (8_000, 5_001)))) == "photo_pixels"


def test_the_limits_are_the_callers() -> None:
    raw = written(picture())
    assert code_of(raw, max_pixels=2_399) == "photo_pixels"
    assert clean(raw, max_pixels=2_400).width == 60
    assert code_of(raw, max_bytes=len(raw) - 1) == "photo_too_large"
    assert clean(raw, max_bytes=len(raw)).width == 60


def test_too_many_bytes_are_refused_without_reading_them_all() -> None:
    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size: int = -1, /) -> bytes:
            assert size > 0
            self.read_so_far += size
            return b"\xff" * size

    endless = Endless()
    assert code_of(endless) == "photo_too_large"
    assert endless.read_so_far == 15 * 1024 * 1024 + 1


GIF = written(picture(mode="P"), "GIF")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not a photo at all, whatever its name says",
        "漏水".encode(),
        SVG,
        b"<?xml version='1.0'?>" + SVG,
        GIF,
        GIF + written(picture()),
        b"%PDF-1.7\n%" + written(picture()),
        b"BM" + bytes(60),
        written(picture(), "TIFF"),
        written(picture(), "BMP"),
        b"PK\x03\x04" + bytes(100),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
    ids=["empty", "text", "utf8", "svg", "xml", "gif", "gif+jpeg", "pdf+jpeg", "bm", "tiff", "bmp"]
    + ["zip", "eps"],
)
def test_what_is_no_photo_is_refused_whatever_its_name(raw: bytes) -> None:
    assert code_of(SimpleUploadedFile("photo.jpg", raw, "image/jpeg")) == "photo_format"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_half_a_photo_is_refused(kind: str) -> None:
    raw = written(Image.effect_noise((400, 300), 90).convert("RGB"), kind)
    assert code_of(raw[: len(raw) // 2]) in {"photo_broken", "photo_format"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_header_alone_is_refused(kind: str) -> None:
    raw = written(picture(), kind)
    for length in (4, 12, 30):
        assert code_of(raw[:length]) in {"photo_broken", "photo_format"}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_metadata_does_not_lose_a_sound_photo() -> None:
    raw = written(picture(), exif=b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\xff\xff\x01")
    assert clean(raw).width == 60


def test_a_note_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "x" * 5_000_000, zip=True)
    assert code_of(written(picture(), "PNG", pnginfo=notes)) == "photo_broken"


def test_an_uploaded_file_is_read_as_it_is() -> None:
    assert clean(SimpleUploadedFile("anything.txt", written(picture()))).width == 60
