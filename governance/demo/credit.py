"""The credit ledger of the county: a scheme in force and a draft, records, one of them repaired.

Everything is done through the verbs, by officers who keep apart from one another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from common.now import pretend
from communities.models import Appointment, Body, Office
from governance.demo.acting import World
from governance.demo.listings import before, firms_of, manager_of
from ratings.actions import credit, credit_schemes
from ratings.actions.credit_alarms import sound_credit
from ratings.credit import CreditVerb
from ratings.models import CreditRecord, CreditScheme
from ratings.terms.drafts import stamp

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
V = CreditVerb
# By the place of a firm among the others, the best first: what is on record of it.
BASIC = (("J1", "J2", "J3", "J4"), ("J1", "J2", "J3", "J4"), ("J1", "J2", "J3"), ("J1", "J2"))
GOOD = (("Y1", "Y2", "Y4"), ("Y1", "Y3"), ("Y3",))
WORDS = {
    "J1": ("营业执照、法定代表人等注册信息齐全，与登记机关一致。", "企业信息核验表"),
    "J2": ("从业人员信息录入完整，各项目负责人均在岗。", "从业人员核验表"),
    "J3": ("在管项目及物业服务合同均已录入。", "项目合同核验表"),
    "J4": ("各小区已公示服务内容、服务标准和收费标准。", "公示情况核验表"),
    "Y1": ("成立企业党支部，党员责任区、示范岗作用明显。", "区委两新工委〔{0}〕5号"),
    "Y2": ("所管小区获评省级物业服务示范项目。", "省住建厅公布文件〔{0}〕31号"),
    "Y3": ("所管小区获评市级“美丽家园”。", "市住建局通报〔{0}〕12号"),
    "Y4": ("主动承接老旧小区，暴雨期间参与排涝值守。", "街道办事处推荐函〔{0}〕3号"),
    "B1": ("责令限期清理楼道堆物，复查时逾期未完成整改。", "责令改正通知书〔{0}〕17号"),
    "B3": ("消防通道长期被占用，消防栓箱缺水带。", "消防救援大队抄告单〔{0}〕9号"),
    "B4": ("未按季度公示公共收益收支情况。", "责令改正通知书〔{0}〕23号"),
    "B5": ("两次无故缺席街道召集的联席会议。", "街道办事处情况通报〔{0}〕6号"),
}


@dataclass(frozen=True)
class _Ledger:
    team: list[User]
    until: datetime

    def enter(self, firm: Body, item: str, days: int, *, by: int = 0) -> CreditRecord:
        """Recorded so many days ago by one of the officers."""
        grounds, document = WORDS[item]
        at = before(self.until, days)
        with pretend(at):
            return credit.record(
                by=self.team[by],
                body=firm,
                item=item,
                grounds=grounds,
                document=document.format(at.year),
                from_on=(at - DAY).date(),
            )

    def take(self, found: CreditRecord, verb: CreditVerb, by: User, days: int, text: str) -> None:
        with pretend(before(self.until, days, hour=15)):
            credit.step(found, verb, by=by, text=text)

    def counted(self, firm: Body, item: str, days: int, *, heard: int = 0) -> CreditRecord:
        """Recorded, and confirmed by another officer; a bad one once the firm was heard."""
        found = self.enter(firm, item, days)
        self.take(found, V.CONFIRM, self.team[1], days - heard, "")
        return found


def keep_credit(world: World, until: datetime) -> int:
    """Records of the county's firms; how many there are."""
    ledger = _Ledger(_team(world), until)
    firms = firms_of(world)
    _settle_scheme(world, ledger)
    for firm, items in zip(firms, BASIC, strict=False):
        for item in items:
            ledger.counted(firm, item, 80)
    for firm, items in zip(firms, GOOD, strict=False):
        for number, item in enumerate(items):
            ledger.counted(firm, item, 70 - 12 * number)
    if len(firms) > 2:
        _bad_ones(ledger, firms)
    return CreditRecord.objects.count()


def _team(world: World) -> list[User]:
    """The officers of the district, as long as they have been there."""
    held = Appointment.objects.filter(
        office=Office.DISTRICT_OFFICER, body__place=world.county.district
    ).select_related("user")
    return [post.user for post in held.order_by("from_on", "pk")]


def _settle_scheme(world: World, ledger: _Ledger) -> None:
    """By the preset of Shandong, repaired after a month; a draft of the next version beside it."""
    district, officer = world.county.district, ledger.team[0]
    with pretend(before(ledger.until, 85)):
        scheme = credit_schemes.begin(by=officer, place=district, preset="shandong")
        _change(scheme, officer, repair_months=1)
        seen = stamp(scheme.versions.get().terms)
        credit_schemes.settle(scheme, by=officer, seen=seen)
    with pretend(before(ledger.until, 3)):
        credit_schemes.draft(scheme, by=officer)
        _change(scheme, officer, bad_cap="40")


def _change(scheme: CreditScheme, by: User, **more: object) -> None:
    terms = scheme.versions.get(settled_at=None).terms
    credit_schemes.change_draft(scheme, by=by, terms={**terms, **more}, seen=stamp(terms))


def _bad_ones(ledger: _Ledger, firms: list[Body]) -> None:
    """One repaired, two that count, one contested, one let pass, one of which the firm is told."""
    slow, poor = firms[-2], firms[-1]
    third = ledger.team[2]
    mended = ledger.counted(slow, "B4", 66, heard=18)
    if (manager := manager_of(slow)) is not None:
        ledger.take(mended, V.ASK_REPAIR, manager, 14, "已补齐三个季度的公示，附照片。")
        ledger.take(mended, V.REPAIR, third, 10, "现场复核，公示栏内容齐全，予以修复。")
    ledger.counted(poor, "B3", 45, heard=18)
    ledger.counted(poor, "B1", 30, heard=18)
    contested = ledger.enter(slow, "B5", 4)
    if manager is not None:
        ledger.take(contested, V.OBJECT, manager, 2, "其中一次已书面请假，街道有收件记录。")
    ledger.enter(slow, "B1", 20, by=1)
    with pretend(before(ledger.until, 1)):
        sound_credit()
    ledger.enter(poor, "B4", 2, by=1)
