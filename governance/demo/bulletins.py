"""Bulletins of the last quarter: the district's issued, one of a subdistrict still a draft."""

from datetime import datetime, time, timedelta

from common.now import pretend
from common.workdays import SHANGHAI
from governance.demo.acting import World
from governance.demo.ratings import quarters_to
from ratings.actions import bulletins
from ratings.models import Bulletin

DAY = timedelta(days=1)
OPENING = (
    "为督促各物业服务企业及时办理居民诉求、提升服务质量，现将本季度物业服务诉求办理情况和测评结果"
    "通报如下。"
)
CLOSING = (
    "请各街道（镇）、各社区对逾期未办结诉求逐件督办，限期办结；请各物业服务企业对照测评扣分事项"
    "抓紧整改，整改情况经复核后销号。"
)
COPIES = "县纪委监委，县委社会工作部，县信访局"


def issue_bulletins(world: World, until: datetime) -> int:
    """How many bulletins there are."""
    district = world.county.district
    officer = world.people.desks[district.pk][0]
    last, this = quarters_to(until)
    ended = datetime.combine(this, time(10), SHANGHAI)
    if ended + 8 * DAY > until:
        return 0
    with pretend(ended + 8 * DAY):
        issued = bulletins.make(by=officer, place=district, from_on=last)
        bulletins.make_bulletins()
        bulletins.write(issued, by=officer, opening=OPENING, closing=CLOSING, copies_to=COPIES)
    with pretend(ended + 8 * DAY + timedelta(hours=5)):
        bulletins.issue(issued, by=officer, document_number=f"红住建通〔{this.year}〕7号")
    subdistrict = district.children.order_by("code").first()
    if subdistrict is not None and subdistrict.pk in world.people.desks:
        with pretend(until - DAY):
            by = world.people.desks[subdistrict.pk][0]
            draft = bulletins.make(by=by, place=subdistrict, from_on=last)
            bulletins.make_bulletins()
            bulletins.write(draft, by=by, opening="现将本季度诉求办理情况通报如下。")
    return Bulletin.objects.count()
