"""Photos from strangers: opened by content, measured undecoded, written anew without a past."""

from __future__ import annotations

import io
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Protocol

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from common.errors import Invalid

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2048
LONGEST_SIDE_SMALL = 480
QUALITY = 82


# A file of 5 kB can unfold to 40 million pixels, 160 MB: few of them at a time.
AT_WORK = BoundedSemaphore(2)


class Readable(Protocol):
    """An open file, uploaded or other."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A photo fit to be kept: JPEG, upright, at most 2048 px long, with no metadata at all."""

    jpeg: bytes
    width: int
    height: int
    thumbnail: bytes


def clean(
    data: bytes | Readable, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS
) -> CleanImage:
    """Write a JPEG, PNG, WebP or HEIC photo anew.

    1. Too many bytes are refused unread, an unknown format by its content, whatever its name.
    2. Pixels are counted from the header: a bomb is never decoded.
    3. Decoded, turned upright, made small, laid on white, copied as bare pixels: no position,
       device, time, comment, colour profile or trailing bytes survive.

    Raises Invalid with the codes photo_too_large, photo_format, photo_pixels, photo_broken.
    """
    raw = data if isinstance(data, bytes) else data.read(max_bytes + 1)
    if len(raw) > max_bytes:
        sentence = _("The photo is larger than %(limit)d MB. Please choose a smaller one.")
        raise Invalid(sentence % {"limit": max_bytes // 1024**2}, code="photo_too_large")
    with _opened(raw, max_pixels) as image, AT_WORK:
        bare = _bare(image)
    jpeg, (width, height) = _jpeg(bare), bare.size
    bare.thumbnail((LONGEST_SIDE_SMALL, LONGEST_SIDE_SMALL))
    return CleanImage(jpeg, width, height, _jpeg(bare))


def _opened(raw: bytes, max_pixels: int) -> Image.Image:
    """The image with its header read only."""
    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
    except UnidentifiedImageError:
        raise _not_a_photo() from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(max_pixels) from None
    except Exception as error:
        # Decoders meeting a hostile file raise anything.
        raise _broken() from error
    if image.width * image.height > max_pixels:
        image.close()
        raise _too_many_pixels(max_pixels)
    return image


def _bare(image: Image.Image) -> Image.Image:
    """Upright RGB pixels at most 2048 long, in a new image that has nothing else."""
    try:
        # JPEG can be decoded at a fraction of its size, which spares most of the memory.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        upright = _upright(image)
        if upright.mode not in {"RGB", "RGBA"}:
            upright = upright.convert("RGBA")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=3.0)
        bare = Image.new("RGB", upright.size, "white")
        bare.paste(upright, mask=upright if upright.mode == "RGBA" else None)
    except Exception as error:
        raise _broken() from error
    return bare


def _upright(image: Image.Image) -> Image.Image:
    try:
        # In place: a copy of all pixels would be as much memory again.
        ImageOps.exif_transpose(image, in_place=True)
    except Exception:
        # Damaged metadata is thrown away anyhow; the photo itself is sound.
        return image
    return image


def _jpeg(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def _not_a_photo() -> Invalid:
    sentence = _("This is not a photo we can take. Please use JPEG, PNG, WebP or HEIC.")
    return Invalid(sentence, code="photo_format")


def _too_many_pixels(limit: int) -> Invalid:
    sentence = _("The photo has more than %(limit)d million pixels. Please choose a smaller one.")
    return Invalid(sentence % {"limit": limit // 1_000_000}, code="photo_pixels")


def _broken() -> Invalid:
    sentence = _("The photo cannot be read, it may be damaged. Please take it or choose it again.")
    return Invalid(sentence, code="photo_broken")
