"""Places that rows name, found in bulk: by code, or by a name that is one place's alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Substr

from common.errors import Invalid
from common.workbooks import shrunk
from communities.actions.bulk_places import ChangedPlace, NewPlace
from communities.models import CODE_LENGTH, Place, PlaceCode, PlaceKind
from communities.sheets.lines import Line, Reading
from communities.sheets.words import SENTENCES

MOST_CANDIDATES = 5
# What people leave out or add when they name a place.
ENDINGS = {
    PlaceKind.COMMUNITY: ("社区", "社区居委会", "居委会", "村"),
    PlaceKind.ESTATE: ("小区",),
    PlaceKind.BUILDING: ("栋", "幢", "号楼", "座", "#", "楼"),
    PlaceKind.ENTRANCE: ("单元",),
    PlaceKind.DWELLING: ("室", "号", "房"),
}


@dataclass(frozen=True, slots=True)
class Ref:
    """A place as rows need it."""

    pk: int
    code: str
    name: str
    parent_id: int | None
    kind: str

    @property
    def shown(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(slots=True)
class Known:
    """Places of a kind, found by code, by the whole name, and by the name without its ending."""

    kind: PlaceKind
    by_code: dict[str, Ref] = field(default_factory=dict)
    by_name: dict[tuple[int | None, str], list[Ref]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_stem: dict[tuple[int | None, str], list[Ref]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, refs: Iterable[Ref]) -> "Known":
        for ref in refs:
            self.by_code[ref.code] = ref
            name, short = shrunk(ref.name), stem(self.kind, ref.name)
            for parent in (ref.parent_id, None):
                self.by_name[parent, name].append(ref)
                self.by_stem[parent, short].append(ref)
        return self

    def called(self, name: str, parent: int | None = None) -> list[Ref]:
        """Those of this name beneath a parent (anywhere without one)."""
        exact = self.by_name.get((parent, shrunk(name)), [])
        return exact or self.by_stem.get((parent, stem(self.kind, name)), [])


def stem(kind: PlaceKind, name: str) -> str:
    """A name without what people leave out: 3栋, 3幢, 3号楼 and 3 are one building."""
    short = shrunk(name)
    for ending in sorted(ENDINGS.get(kind, ()), key=len, reverse=True):
        if short.endswith(ending) and len(short) > len(ending):
            return short[: -len(ending)]
    return short


def refs(rows: QuerySet[Place], reading: Reading) -> Iterable[Ref]:
    if reading.lock:
        # Without touching keys: orders may be filed about a place while a list is written.
        rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return (Ref(*row) for row in rows.values_list("pk", "code", "name", "parent_id", "kind"))


def all_of(reading: Reading, kind: PlaceKind) -> Known:
    """Every open place of a kind within the import; read once."""
    name = f"all {kind}"
    if name not in reading.kept:
        rows = Place.objects.filter(kind=kind).under(reading.place.code).open_on(reading.on)
        found = (Ref(*row) for row in rows.values_list("pk", "code", "name", "parent_id", "kind"))
        reading.kept[name] = Known(kind).add(found)
    known: Known = reading.kept[name]
    return known


def beneath(reading: Reading, kind: PlaceKind, parents: Collection[int]) -> Known:
    """The open places of a kind beneath these parents: one query."""
    if not parents:
        return Known(kind)
    rows = Place.objects.filter(kind=kind, parent__in=parents).open_on(reading.on)
    return Known(kind).add(refs(rows, reading))


def find(
    reading: Reading, line: Line, column: str, known: Known, parent: int | None = None
) -> Ref | None:
    """The place a cell names, by code or name; refused with the candidates where it is several."""
    said = line.text(column)
    if not said:
        return None
    code = "".join(said.split())
    if code.isdigit() and len(code) == CODE_LENGTH[known.kind]:
        ref = known.by_code.get(code)
        if ref is None:
            outside = not reading.within(code)
            facts = {"name": said, "place": reading.place.name} if outside else {"said": said}
            line.refuse(column, "not_within" if outside else "unknown", **facts)
        return ref
    called = known.called(said, parent)
    if len(called) == 1:
        return called[0]
    if called:
        names = "、".join(ref.shown for ref in called[:MOST_CANDIDATES])
        line.refuse(column, "ambiguous", said=said, names=names)
    else:
        reading.kept.setdefault("unknown", []).append((line, column, said, known.kind))
        line.refuse(column, "unknown", said=said)
    return None


def explain_unknown(reading: Reading) -> None:
    """Say of names that nobody has here whether a place elsewhere has them: one query."""
    unknown = reading.kept.pop("unknown", [])
    top = [entry for entry in unknown if entry[3] in (PlaceKind.COMMUNITY, PlaceKind.ESTATE)]
    if not top:
        return
    names = {said for _line, _column, said, _kind in top}
    prefecture = reading.place.code[:4]
    elsewhere = set(
        Place.objects.filter(
            kind__in=(PlaceKind.COMMUNITY, PlaceKind.ESTATE),
            name__in=names,
            code__startswith=prefecture,
        ).values_list("kind", "name")
    )
    for line, column, said, kind in top:
        if (kind.value, said) in elsewhere:
            line.wrong[column] = [("not_within", {"name": said, "place": reading.place.name})]


def parent_community(reading: Reading, line: Line) -> Ref | None:
    """The community a row lies in; without a word the only one the import is about."""
    known = all_of(reading, PlaceKind.COMMUNITY)
    if "community" in line.wrong:
        return None
    if line.get("community"):
        found = find(reading, line, "community", known)
    elif len(known.by_code) == 1:
        found = next(iter(known.by_code.values()))
    else:
        found = None
    if found is not None and not reading.within(found.code):
        line.refuse("community", "not_within", name=found.name, place=reading.place.name)
        return None
    return found


def parent_estate(reading: Reading, line: Line, column: str = "estate") -> Ref | None:
    """The estate a row is about: within the import, kept, and not served by one's own firm."""
    if column in line.wrong:
        return None
    if not line.get(column):
        line.refuse(column, "missing")
        return None
    parent = None
    if line.get("community"):
        community = parent_community(reading, line)
        parent = community.pk if community else None
    found = find(reading, line, column, all_of(reading, PlaceKind.ESTATE), parent)
    if found is not None and not reading.within(found.code):
        line.refuse(column, "not_within", name=found.name, place=reading.place.name)
        return None
    if found is not None and reading.served(found.pk):
        line.refuse(column, "served_by_own_firm")
        return None
    return found


# --- Codes -------------------------------------------------------------------------------


def fits(kind: PlaceKind, code: str, parent: Ref) -> bool:
    right = code.isascii() and code.isdigit() and len(code) == CODE_LENGTH[kind]
    return right and code.startswith(parent.code)


def codes_ever_given(codes: Collection[str]) -> set[str]:
    """Which of these codes a place has or had: one query."""
    if not codes:
        return set()
    return set(PlaceCode.objects.filter(code__in=codes).values_list("code", flat=True))


def learn_numbers(reading: Reading, kind: PlaceKind, parents: Collection[Ref]) -> None:
    """The last number ever given beneath each of these parents: two queries."""
    codes = sorted({ref.code for ref in parents} - set(reading.last_numbers))
    if not codes:
        return
    length = len(codes[0])
    for code in codes:
        reading.last_numbers[code] = 0
    sources: tuple[tuple[Any, str], ...] = (
        (Place.objects.filter(kind=kind), "code"),
        (PlaceCode.objects.filter(place__kind=kind), "code"),
    )
    for rows, column in sources:
        found = (
            rows.filter(**{f"{column}__startswith": commonprefix(codes)})
            .annotate(above=Substr(column, 1, length))
            .filter(above__in=codes)
            .order_by()
            .values_list("above")
            .annotate(last=Max(column))
        )
        for above, last in found:
            number = int(last[length:] or 0)
            reading.last_numbers[above] = max(reading.last_numbers[above], number)


def next_code(reading: Reading, kind: PlaceKind, parent: Ref) -> str:
    """The next free number beneath a parent, out of the way of the list's own; "" for none."""
    width = CODE_LENGTH[kind] - len(parent.code)
    number = reading.last_numbers[parent.code]
    while True:
        number += 1
        if number >= 10**width:
            return ""
        code = f"{parent.code}{number:0{width}d}"
        if code not in reading.codes_said:
            reading.last_numbers[parent.code] = number
            return code


def give_code(reading: Reading, line: Line, kind: PlaceKind, parent: Ref, given: set[str]) -> str:
    """The code of a new place: its own if that fits and was never given, else the next number."""
    said = line.text("code")
    if said:
        if not fits(kind, said, parent):
            line.refuse("code", "code_does_not_fit")
        elif said in given:
            line.refuse("code", "code_was_given")
        return said
    code = next_code(reading, kind, parent)
    if not code:
        line.refuse("code", "no_number_left")
    return code


def judge_place(
    reading: Reading,
    line: Line,
    kind: PlaceKind,
    parent: Ref,
    known: Known,
    given: set[str],
) -> Ref | None:
    """Which place a row means, or that it is new (then `refs["code"]` is the code it gets).

    By its code, else by its name beneath the parent: a list sent twice founds nothing twice.
    """
    line.refs["parent"] = parent
    code, name = line.text("code"), line.text("name")
    if "code" in line.wrong or "name" in line.wrong:
        return None
    found = known.by_code.get(code) if code else None
    namesakes = known.called(name, parent.pk) if name else []
    if found is None and not code and len(namesakes) > 1:
        names = "、".join(ref.shown for ref in namesakes[:MOST_CANDIDATES])
        line.refuse("name", "ambiguous", said=name, names=names)
        return None
    if found is None and not code and namesakes:
        found = namesakes[0]
        # Called 3 here and 3栋 there: found by its name, it is not renamed.
        line.values["name"] = name = found.name
    if found is not None:
        if found.parent_id != parent.pk:
            line.refuse("code", "code_does_not_fit")
        exact = known.by_name.get((parent.pk, shrunk(name)), []) if name else []
        if any(ref.pk != found.pk for ref in exact):
            line.refuse("name", "name_taken", code=exact[0].code)
        line.found = found
        return found
    exact = known.by_name.get((parent.pk, shrunk(name)), []) if name else []
    if exact:
        line.refuse("name", "name_taken", code=exact[0].code)
    line.refs["code"] = give_code(reading, line, kind, parent, given)
    return None


def new_place(line: Line, kind: PlaceKind, facts: dict[str, Any]) -> NewPlace:
    """A row that founds a place, as the verbs take it."""
    return NewPlace(kind, line.refs["code"], line.text("name"), line.refs["parent"].pk, facts)


def changed_place(line: Line, names: Collection[str], all_of_it: dict[str, Any]) -> ChangedPlace:
    """A row that changes a place. Where nothing was known of it, all that is said of it now."""
    after = {name: value for name, value in line.after.items() if name in names}
    facts = all_of_it if line.refs.get("unknown") else after
    return ChangedPlace(line.found.pk, line.found.code, line.after.get("name"), facts)


def label(known: Known, code: str, name: str) -> str:
    """How an export names a place: by its name, or by its code where the name is not its alone."""
    return name if len(known.called(name)) == 1 else code


def fixed(column: str) -> Invalid:
    """A refusal of what a list does not change."""
    return Invalid(fields={column: [SENTENCES["fixed"]]})


def place_key(line: Line, kind: PlaceKind) -> tuple[Any, ...]:
    """What makes two rows of a list say the same place."""
    if line.found is not None:
        return ("pk", line.found.pk)
    parent = line.refs.get("parent")
    return (parent.pk if parent else None, stem(kind, line.text("name")))
