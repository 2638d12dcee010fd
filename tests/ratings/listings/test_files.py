"""Photos and documents of listings: cleaned, counted, read by the parties alone unless marked."""

import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from fpdf import FPDF
from PIL import Image

from accounts.models import User
from common.errors import Invalid, NotAllowed
from ratings.actions import listing_files as files
from ratings.actions import listings
from ratings.models import Listing, ListingFile
from tests.complaints.walks import fresh
from tests.doors import picture, program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.listed import V, now_is, take, walked

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db
API = "/api/v1/ratings/listing-files/"


def document(name: str = "验收单.pdf", content: bytes = b"%PDF-1.7 x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def kept(by: User, *data: SimpleUploadedFile) -> list[str]:
    return [str(files.keep_file(one, by=fresh(by)).public_id) for one in data]


def stated(black: Listing, by: User, *ids: str) -> Listing:
    return listings.step(black, V.STATE_CASE, by=fresh(by), said={"text": "已整改"}, files=ids)


def reads(client: Client, by: User | None, file: ListingFile, size: str = "full") -> bool:
    client.logout()
    if by is not None:
        client.force_login(by)
    address = reverse("ratings:listing_file", args=[file.public_id, size])
    return client.get(address).status_code == 200


def test_a_party_attaches_photos_and_a_pdf_to_its_statement_in_the_browser(
    client: Client, black: Listing, county: County, team: Team, people: People
) -> None:
    walked(black, county, team, V.RECEIVE)
    client.force_login(people["manager"])
    address = reverse("ratings:listing_step", args=[black.public_id, "state_case"])
    wrong = client.post(address, {"text": "已整改", "attached": [document(content=b"MZ")]})
    assert wrong.status_code == 400
    assert "已整改" in wrong.content.decode()
    assert now_is(black).state == "stating"
    client.post(address, {"text": "已整改", "attached": [picture(), document()]})
    assert now_is(black).state == "deciding"
    photo, paper = ListingFile.objects.order_by("pk")
    assert (photo.photo, photo.name, paper.photo, paper.name) == (True, "", False, "验收单.pdf")
    page = client.get(reverse("ratings:listing", args=[black.public_id])).content.decode()
    assert "验收单.pdf" in page and str(photo.public_id) in page


def test_a_photo_loses_where_it_was_taken(black: Listing, team: Team) -> None:
    drawn = io.BytesIO()
    shot = Image.new("RGB", (40, 30), "green")
    exif = shot.getexif()
    exif[0x010F] = "CAMERA-MAKER"
    shot.save(drawn, "JPEG", exif=exif)
    made = files.keep_file(
        SimpleUploadedFile("IMG_桂花苑3单元.jpg", drawn.getvalue()), by=fresh(team[0])
    )
    with default_storage.open(str(made.file.name)) as stored:
        raw = stored.read()
    assert b"CAMERA-MAKER" not in raw
    assert made.name == "", "what the phone called it may say where"


def test_only_the_parties_read_a_file_unless_it_is_marked_public(
    client: Client, black: Listing, county: County, team: Team, people: People, clock: Pretended
) -> None:
    walked(black, county, team, V.RECEIVE)
    stated(black, people["manager"], *kept(people["manager"], picture()))
    file = ListingFile.objects.get()
    parties = (people["manager"], people["auditor"], team[1])
    others = (None, people["resident"], people["rival"], people["subdistrict"])
    assert all(reads(client, by, file) and reads(client, by, file, "thumb") for by in parties)
    assert not any(reads(client, by, file) for by in others)
    with pytest.raises(NotAllowed):
        files.show_file(file, by=fresh(people["manager"]), public=True)
    files.show_file(file, by=fresh(team[1]), public=True)
    assert not reads(client, None, file), "the listing is not public yet"
    for verb, by in ((V.DECIDE, team[1]), (V.APPROVE, team[2]), (V.APPROVE, team[3])):
        take(black, verb, by)
    take(black, V.NOTICE, team[0])
    assert reads(client, None, file)
    public = reverse("ratings:public_listing", args=[black.public_id])
    assert str(file.public_id) in client.get(public).content.decode()
    client.force_login(team[1])
    client.post(reverse("ratings:listing_file_show", args=[file.public_id]), {"public": "no"})
    assert not reads(client, None, file)
    client.force_login(people["manager"])
    door = reverse("ratings:listing_file_show", args=[file.public_id])
    assert client.post(door, {"public": "yes"}).status_code == 403
    assert str(file.public_id) not in client.get(public).content.decode()


def test_what_an_officer_proposed_with_is_the_officers_own(
    client: Client, scheme: Any, county: County, team: Team, people: People
) -> None:
    (mine,) = kept(team[0], picture())
    said = {"scheme": str(scheme.public_id), "kind": "black", "body": county.firm.code,
            "grounds": "得分58分", "evidence": "现场照片", "attached": [mine]}  # fmt: skip
    made = program(team[0]).post("/api/v1/ratings/listings/", said, format="json").json()
    assert [file["id"] for file in made["files"]] == [mine]
    black = Listing.objects.get()
    take(black, V.SERVE, team[0])
    file = ListingFile.objects.get()
    assert reads(client, team[1], file)
    assert not reads(client, people["manager"], file)
    page = program(people["manager"]).get(f"/api/v1/ratings/listings/{black.public_id}/")
    assert page.json()["files"] == []


def test_ones_own_files_alone_are_attached_and_nine_at_most(
    black: Listing, county: County, team: Team, people: People
) -> None:
    walked(black, county, team, V.RECEIVE)
    foreign = kept(people["rival"], picture())
    many = kept(people["manager"], *(document() for _n in range(10)))
    for ids in (foreign, many, ["no-uuid"]):
        with pytest.raises(Invalid) as wrong:
            stated(black, people["manager"], *ids)
        assert "attached" in wrong.value.fields
        assert now_is(black).state == "stating"
    assert not ListingFile.objects.exclude(step=None).exists()
    assert not black.steps.filter(verb=V.STATE_CASE).exists()
    stated(black, people["manager"], *many[:9])
    assert ListingFile.objects.exclude(step=None).count() == 9


def test_nothing_is_attached_to_a_step_that_shows_nothing(
    black: Listing, team: Team, people: People, county: County
) -> None:
    walked(black, county, team, V.STATE_CASE)
    (mine,) = kept(team[1], document())
    answer = program(team[1]).post(
        f"/api/v1/ratings/listings/{black.public_id}/decide/",
        {"text": "列入", "attached": [mine]},
        format="json",
    )
    assert answer.status_code == 400
    assert now_is(black).state == "deciding"


def telling() -> bytes:
    """A document that says who wrote it, in every way there is."""
    drawn = io.BytesIO()
    shot = Image.new("RGB", (40, 30), "green")
    exif = shot.getexif()
    exif[0x010F] = "CAMERA-MAKER"
    shot.save(drawn, "JPEG", exif=exif)
    made = FPDF()
    made.set_compression(False)
    made.set_author("WRITTEN-BY")
    made.add_page()
    made.set_font("helvetica", size=40)
    made.text(20, 40, "Settled on 9 October")
    made.set_image_filter("DCTDecode")
    made.image(drawn, x=20, y=60, w=60)
    made.set_xmp_metadata("<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>XMP-NAME</a></x:xmpmeta>")
    made.text_annotation(50, 50, "a note", title="NOTED-BY")
    made.embed_file(bytes=b"HANGING-ON", basename="a.txt")
    return bytes(made.output())


TELLS = (b"WRITTEN-BY", b"CAMERA-MAKER", b"XMP-NAME", b"NOTED-BY", b"HANGING-ON", b"Settled on")


def noticed(black: Listing, county: County, team: Team, people: People, *data: bytes) -> Any:
    """In public notice, with documents of the firm."""
    walked(black, county, team, V.RECEIVE)
    sent = (document(content=content) for content in data)
    stated(black, people["manager"], *kept(people["manager"], *sent))
    for verb, by in ((V.DECIDE, team[1]), (V.APPROVE, team[2]), (V.APPROVE, team[3])):
        take(black, verb, by)
    take(black, V.NOTICE, team[0])
    return ListingFile.objects.order_by("pk")


def test_of_a_document_everybody_reads_its_pages_drawn_anew(
    black: Listing, county: County, team: Team, people: People
) -> None:
    paper = telling()
    assert all(word in paper for word in TELLS)
    (file,) = noticed(black, county, team, people, paper)
    address = f"{API}{file.public_id}/"
    assert program().get(f"{address}full/").status_code == 404
    marked = program(team[1]).post(f"{address}show/", {"public": True}, format="json")
    assert marked.status_code == 200
    original = program(people["manager"]).get(f"{address}full/").content
    assert original == paper, "the parties read it as it came"
    for anybody in (program(), program(people["rival"])):
        copy = anybody.get(f"{address}full/").content
        assert copy.startswith(b"%PDF-")
        assert not [word for word in TELLS if word in copy]
        with pypdfium2.PdfDocument(copy) as found:
            page = found[0].render(scale=0.5).to_pil().convert("L")
        assert page.getextrema()[0] < 100, "the page is not blank"


def test_a_document_that_cannot_be_drawn_is_not_shown_to_everybody(
    black: Listing, county: County, team: Team, people: People
) -> None:
    long = FPDF()
    for _page in range(41):
        long.add_page()
    for file in noticed(black, county, team, people, b"%PDF-1.7 x", bytes(long.output())):
        with pytest.raises(Invalid):
            files.show_file(file, by=fresh(team[1]), public=True)
        file.refresh_from_db()
        assert not file.public


def test_programs_send_read_and_mark_files(
    black: Listing, county: County, team: Team, people: People
) -> None:
    walked(black, county, team, V.RECEIVE)
    firm = program(people["manager"])
    assert program().post(API, {"file": picture()}, format="multipart").status_code == 401
    assert firm.post(API, {"file": document(content=b"MZ")}, format="multipart").status_code == 400
    paper = document(content=telling())
    sent = firm.post(API, {"file": paper}, format="multipart").json()
    assert program(team[1]).get(f"{API}{sent['id']}/full/").status_code == 404
    state = f"/api/v1/ratings/listings/{black.public_id}/state-case/"
    done = firm.post(state, {"text": "已整改", "attached": [sent["id"]]}, format="json").json()
    assert [file["id"] for file in done["files"]] == [sent["id"]]
    got = program(team[1]).get(f"{API}{sent['id']}/full/")
    assert got["Content-Type"] == "application/pdf"
    assert got["Content-Disposition"].startswith("attachment")
    assert program(team[1]).get(f"{API}{sent['id']}/thumb/").status_code == 404
    show = f"{API}{sent['id']}/show/"
    assert firm.post(show, {"public": True}, format="json").status_code == 403
    assert program(people["rival"]).post(show, {"public": True}, format="json").status_code == 404
    assert program(team[1]).post(show, {"public": True}, format="json").json()["public"] is True


def test_what_no_step_took_is_swept_away_with_its_bytes(
    black: Listing, county: County, team: Team, people: People, clock: Pretended
) -> None:
    lost, taken = kept(people["manager"], picture(), picture())
    walked(black, county, team, V.RECEIVE)
    stated(black, people["manager"], taken)
    row = ListingFile.objects.get(public_id=lost)
    paths = [str(row.file.name), str(row.thumbnail.name)]
    clock.put(at("2026-10-12 10:00") + timedelta(hours=23))
    assert files.remove_unowned_files() == 0
    clock.put(at("2026-10-12 10:00") + timedelta(hours=25))
    assert files.remove_unowned_files() == 1
    assert [str(one.public_id) for one in ListingFile.objects.all()] == [taken]
    assert not any(default_storage.exists(path) for path in paths)
