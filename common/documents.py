"""PDF documents of strangers: drawn anew page by page, as photos are, and without a past.

A PDF keeps who wrote it, with what and when; pictures in it keep where they were taken, notes
whose they are; files and programs may hang from it. Of all that a drawn page has nothing.
"""

import io
from threading import Lock

import pypdfium2
from django.utils.translation import gettext as _
from fpdf import FPDF
from PIL import Image

from common.errors import Invalid

MOST_PAGES = 40
# Of the longer side of a page: A4 at 150 points an inch.
LONGEST_SIDE = 1754
QUALITY = 82
POINTS = "pt"
# PDFium draws one page at a time.
AT_WORK = Lock()


def drawn(raw: bytes) -> bytes:
    """The same pages as pictures. Raises Invalid for what cannot be opened, or is too long."""
    made = FPDF(unit=POINTS)
    made.set_auto_page_break(auto=False)
    with AT_WORK:
        try:
            with pypdfium2.PdfDocument(raw) as found:
                found.init_forms()
                if len(found) > MOST_PAGES:
                    limit = {"limit": MOST_PAGES}
                    raise Invalid(_("The document has more than %(limit)d pages.") % limit)
                for page in found:
                    _draw(page, made)
        except pypdfium2.PdfiumError:
            raise Invalid(
                _("The document cannot be opened: it is damaged, or locked by a password.")
            ) from None
    return bytes(made.output())


def _draw(page: pypdfium2.PdfPage, made: FPDF) -> None:
    width, height = page.get_size()
    longest = max(width, height)
    if not 0 < min(width, height) <= longest <= 14_400:
        # Larger than the format has it.
        raise Invalid(_("The document has a page of no usual size."))
    picture: Image.Image = page.render(scale=LONGEST_SIDE / longest, may_draw_forms=True).to_pil()
    shot = io.BytesIO()
    picture.convert("RGB").save(shot, "JPEG", quality=QUALITY)
    made.add_page(format=(width, height))
    made.image(shot, 0, 0, width, height)
