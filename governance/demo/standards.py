"""Detailed standards of the county in use in their four fields, one in its second version, one
over; and where firms departed from them."""

from datetime import date, datetime, timedelta

from accounts.actors import CLOCK
from common.now import pretend
from common.workdays import SHANGHAI
from communities import actions
from communities.actions import SaidClause
from communities.models import (
    Appointment,
    Deviation,
    Office,
    Place,
    Standard,
    StandardClause,
    in_force,
)
from governance.demo.acting import World

OPERATION = (
    (
        "项目经理每周在服务小区不少于四个工作日，离岗时指定代班人并在公示栏写明。",
        "查签到记录，电话抽查。",
    ),
    (
        "服务电话全天有人接听，报修三十分钟内答复是否上门、何时上门。",
        "每季度抽打三次，核对报修登记。",
    ),
    ("门岗、保洁、维修人员统一着装、佩戴工牌。", "现场查看。"),
    ("每季度向社区报送服务台账，内容包括报修、投诉和设施巡查。", "查台账，与平台工单核对。"),
    ("退出项目的，提前三个月书面告知业主委员会和社区，并移交资料和备用钥匙。", ""),
)
CHARGES_BEFORE = (
    ("收费项目、标准和依据在小区显著位置公示。", "现场查看公示栏。"),
    ("停车费、装修垃圾清运费与物业费分开收取，不得捆绑。", "抽查收据各五份。"),
    ("空置房屋的物业费按合同约定收取，合同没有约定的由双方协商。", ""),
    ("催缴采取书面或者电话方式，不得停水停电。", "查催缴记录，走访业主。"),
)
CHARGES = (
    CHARGES_BEFORE[0],
    ("停车费、装修垃圾清运费与物业费分开收取、分别开票，不得捆绑。", "抽查票据各十份。"),
    ("空置房屋的物业费按合同约定收取，合同没有约定的由双方协商。", ""),
    CHARGES_BEFORE[3],
    ("调整收费标准前公示不少于十五日，并附业主共同决定的结果。", "查公示照片和表决结果。"),
)
INCOME = (
    ("利用共用部位经营的，先经业主共同决定，合同在公示栏公布。", "查决定和合同。"),
    ("公共收益单独列账，不得与企业自有资金混用。", "查账户和账册。"),
    ("每半年公布一次公共收益的来源、金额和去向，公布不少于三十日。", "现场查看，核对账册。"),
    ("公共收益主要用于补充维修资金，也可以按业主共同决定使用。", ""),
)
FUND = (
    ("使用维修资金前，维修方案和预算在相关楼栋公示不少于七日。", "查公示照片。"),
    ("电梯停运、屋面严重渗漏等紧急情形，按应急程序报社区备案后先行维修。", "查备案表和现场照片。"),
    ("竣工验收由业主代表、社区和施工单位共同签字。", "查验收单。"),
    ("决算自验收之日起十五日内公布，并注明每户分摊金额。", "查公示，抽查三户。"),
)
STREET = (("背街小区的垃圾投放点每日清运两次，夏季三次。", "现场查看清运记录。"),)

FOUND = (
    ("公示栏里只有收费项目，没有标准和依据。", "现场照片两张，社区工作人员两人在场。"),
    ("停车费与物业费开在同一张收据上。", "收据复印件三份，业主已同意留存。"),
    ("上半年公共收益没有按时公布。", "公示栏照片，业主委员会书面说明。"),
    ("报修登记与平台工单对不上，缺六条。", "登记本复印件，平台工单清单。"),
    ("维修决算公布时没有写每户分摊金额。", "公示照片一张。"),
)
ANSWERS = (
    "公示栏改造期间临时撤下，一周内补齐。",
    "财务系统合并开票，已联系供应商拆分。",
    "",
    "新来的前台漏登，已组织培训并补登。",
    "",
)
RIGHT = ("复查时已补齐，位置显著。", "抽查十份票据，已分别开票。", "", "", "")


def keep_standards(world: World, until: datetime) -> int:
    """Standards with their versions, then what departs from them; how many standards there are."""
    on = until.astimezone(SHANGHAI).date()
    began = date(on.year - 1, 3, 1)
    district = world.county.district
    _issue(district, "operation", "物业服务企业经营管理细则", began, 11, OPERATION)
    charges = _issue(district, "charges", "住宅小区物业收费细则", began, 12, CHARGES_BEFORE)
    _issue(district, "income", "住宅小区公共收益管理细则", began, 13, INCOME)
    _issue(district, "fund", "住宅专项维修资金使用细则", began, 14, FUND)
    later = on - timedelta(days=60)
    with pretend(_at(later)):
        actions.issue_version(
            charges,
            by=CLOCK,
            from_on=later,
            clauses=_said(CHARGES),
            document=f"霁住建〔{later.year}〕3号",
        )
    street = world.county.subdistricts[0]
    over = _issue(street, "operation", "背街小区环境卫生细则", began, 21, STREET)
    ended = on - timedelta(days=90)
    with pretend(_at(ended)):
        actions.end_standard(over, by=CLOCK, on=ended, because="并入县级经营管理细则。")
    _depart(world, on)
    return Standard.objects.count()


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def _said(clauses: tuple[tuple[str, str], ...]) -> list[SaidClause]:
    return [SaidClause(text, how_checked) for text, how_checked in clauses]


def _issue(
    place: Place,
    field: str,
    title: str,
    on: date,
    number: int,
    clauses: tuple[tuple[str, str], ...],
) -> Standard:
    with pretend(_at(on)):
        return actions.issue_standard(
            place,
            by=CLOCK,
            field=field,
            title=title,
            issued_by=f"{place.name}物业管理工作专班",
            from_on=on,
            document=f"霁住建〔{on.year}〕{number}号",
            clauses=_said(clauses),
        )


def _depart(world: World, on: date) -> None:
    """Five weeks of findings, the first answered and put right, the last taken back."""
    rows = StandardClause.objects.filter(version__until_on=None)
    clauses = {
        (clause.version.standard.field, clause.number): clause
        for clause in rows.select_related("version__standard")
    }
    wanted = (("charges", 1), ("charges", 2), ("income", 3), ("operation", 4), ("fund", 4))
    for number, (key, (grounds, evidence)) in enumerate(zip(wanted, FOUND, strict=True)):
        day = on - timedelta(days=35 - 6 * number)
        with pretend(_at(day)):
            found = actions.record_deviation(
                clauses[key],
                by=CLOCK,
                estate=world.county.homes[number // 2].place,
                grounds=grounds,
                evidence=evidence,
                on=day,
            )
        _settle(found, number, day)


def _settle(found: Deviation, number: int, day: date) -> None:
    manager = Appointment.objects.filter(
        in_force(day), body=found.firm_id, office=Office.FIRM_MANAGER
    )
    held = manager.select_related("user").order_by("pk").first()
    if ANSWERS[number] and found.firm_id is not None and held is not None:
        with pretend(_at(day + timedelta(days=1))):
            actions.answer_deviation(found, by=held.user, answer=ANSWERS[number])
    with pretend(_at(day + timedelta(days=5))):
        if RIGHT[number]:
            actions.put_deviation_right(
                found, by=CLOCK, how=RIGHT[number], on=day + timedelta(days=5)
            )
        elif number == len(FOUND) - 1:
            actions.take_deviation_back(
                found, by=CLOCK, because="分摊金额写在公示第二页，当时漏看。"
            )
