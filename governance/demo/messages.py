"""What residents write to their butlers, and what these answer (W1)."""

from datetime import datetime, timedelta

from common.now import pretend
from communities.actions import answer_message, reach_butler
from communities.models import Appointment, Office
from governance.demo.acting import World

SAID = (
    ("二单元的门禁周末好像坏了，能先看看吗？", "已联系维修师傅，周一上午到现场，换好再回您。"),
    ("楼道声控灯太暗，老人晚上下楼不方便。", "今天下午换了亮一档的灯管，您晚上再看看。"),
    ("电动车充电口离窗户近，夜里有点吵。", ""),
)


def write_to_butlers(world: World, until: datetime) -> int:
    """Residents write, the butler answers all but the last; how many messages there are."""
    held = Appointment.objects.filter(office=Office.BUTLER).select_related("user").order_by("pk")
    butler = held[0]
    neighbours = [r.user for r in world.people.residents][: len(SAID)]
    for number, (writer, (text, answer)) in enumerate(zip(neighbours, SAID, strict=False)):
        at = until - timedelta(days=3 - number, hours=2)
        with pretend(at):
            message = reach_butler(butler, by=writer, text=text)
        if answer:
            with pretend(at + timedelta(minutes=40)):
                answer_message(message, by=butler.user, text=answer)
    return len(SAID)
