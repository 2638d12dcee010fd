"""Invented names: the places, firms and people of a county that does not exist."""

from typing import Final

from communities.models import EstateKind as E
from communities.models import Office
from communities.models import ServiceMode as M

DISTRICT: Final = ("990101", "霁川县")

# The subdistricts (code, name) and, under each, its communities.
SUBDISTRICTS: Final = (
    ("990101001", "澄晖街道", ("榆钱社区", "槐序社区", "棠影社区")),
    ("990101002", "望禾街道", ("麦笛社区", "蒲芽社区", "豆棚社区")),
    ("990101101", "砚溪镇", ("竹帘社区", "苔阶社区", "松烟社区")),
    ("990101102", "鹭汀镇", ("菱歌社区", "渔火社区", "雁字社区")),
)
# Nobody holds the desk of this community: the subdistrict acts for it.
VACANT_COMMUNITY: Final = "豆棚社区"

# Estates by community: name, kind, who serves it and how, the firm (by number) or 0, buildings.
# The first estate of the first community is the one whose people all know each other.
ESTATES: Final[dict[str, tuple[tuple[str, E, M, int, int], ...]]] = {
    "榆钱社区": (
        ("锦书苑", E.COMMODITY, M.MARKET, 1, 6),
        ("云阶里", E.COMMODITY, M.MARKET, 2, 5),
        ("榆钱家园", E.RESETTLEMENT, M.COMMUNITY_LED, 3, 6),
        ("纸伞巷宿舍", E.OLD, M.SELF_MANAGED, 0, 3),
    ),
    "槐序社区": (
        ("槐序庭", E.COMMODITY, M.MARKET, 4, 5),
        ("听荷台", E.COMMODITY, M.MARKET, 2, 6),
        ("机修厂家属院", E.OLD, M.COMMUNITY_LED, 3, 4),
    ),
    "棠影社区": (
        ("棠影府", E.COMMODITY, M.MARKET, 5, 7),
        ("小满里", E.COMMODITY, M.MARKET, 6, 4),
        ("棉纺新村", E.OLD, M.CARETAKER, 3, 5),
    ),
    "麦笛社区": (
        ("麦笛花园", E.COMMODITY, M.MARKET, 7, 6),
        ("粮站宿舍", E.OLD, M.NONE, 0, 2),
        ("望禾新居", E.RESETTLEMENT, M.MARKET, 8, 8),
    ),
    "蒲芽社区": (
        ("蒲芽雅舍", E.COMMODITY, M.MARKET, 9, 5),
        ("芦笙苑", E.COMMODITY, M.MARKET, 10, 4),
        ("供销社大院", E.OLD, M.COMMUNITY_LED, 11, 3),
        ("安澜新村", E.RESETTLEMENT, M.MARKET, 8, 6),
    ),
    "豆棚社区": (
        ("豆棚月色", E.COMMODITY, M.MARKET, 12, 4),
        ("秋千里", E.COMMODITY, M.MARKET, 10, 4),
        ("瓦舍小区", E.OLD, M.CARETAKER, 11, 3),
    ),
    "竹帘社区": (
        ("竹帘清居", E.COMMODITY, M.MARKET, 13, 5),
        ("砚溪家园", E.RESETTLEMENT, M.MARKET, 14, 7),
        ("笔厂宿舍", E.OLD, M.SELF_MANAGED, 0, 2),
    ),
    "苔阶社区": (
        ("苔阶小筑", E.COMMODITY, M.MARKET, 13, 4),
        ("青砖里", E.COMMODITY, M.MARKET, 15, 4),
        ("农机站家属院", E.OLD, M.COMMUNITY_LED, 16, 3),
    ),
    "松烟社区": (
        ("松烟墨苑", E.COMMODITY, M.MARKET, 15, 5),
        ("同心新村", E.RESETTLEMENT, M.MARKET, 14, 6),
        ("邮电小区", E.OLD, M.CARETAKER, 16, 3),
        ("石桥头宿舍", E.OLD, M.NONE, 0, 2),
    ),
    "菱歌社区": (
        ("菱歌水岸", E.COMMODITY, M.MARKET, 17, 6),
        ("白鹭新居", E.RESETTLEMENT, M.MARKET, 18, 6),
        ("船厂家属院", E.OLD, M.COMMUNITY_LED, 19, 4),
    ),
    "渔火社区": (
        ("渔火里", E.COMMODITY, M.MARKET, 17, 4),
        ("晚舟苑", E.COMMODITY, M.MARKET, 20, 5),
        ("织网巷小区", E.OLD, M.SELF_MANAGED, 0, 3),
    ),
    "雁字社区": (
        ("雁字云庭", E.COMMODITY, M.MARKET, 20, 5),
        ("月台小镇", E.COMMODITY, M.MARKET, 18, 6),
        ("芦滩新村", E.RESETTLEMENT, M.MARKET, 19, 5),
        ("渡口宿舍", E.OLD, M.NONE, 0, 2),
    ),
}
# A small county for tests: these communities, and of each the first two estates.
SMALL: Final = ("榆钱社区", "麦笛社区", "豆棚社区")

# Firms in the order of their numbers, each with its character (see `paces.PACES`).
FIRMS: Final = (
    ("拾阶", "good"),
    ("暖檐", "excellent"),
    ("近邻里", "good"),
    ("禾光", "fair"),
    ("远阔", "poor"),
    ("春帆", "good"),
    ("麦田守望", "fair"),
    ("鼎沿", "slow"),
    ("青檐", "good"),
    ("汇泊", "poor"),
    ("邻伴", "fair"),
    ("晴柔", "good"),
    ("竹径", "good"),
    ("宏驿", "slow"),
    ("砚台", "fair"),
    ("乡音", "fair"),
    ("鹭语", "good"),
    ("腾岸", "slow"),
    ("同舟", "fair"),
    ("晚灯", "good"),
)

# Departments: the duty by which categories name them, and the name.
DEPARTMENTS: Final = (
    ("fire", "霁川县消防救援大队"),
    ("housing", "霁川县住房和城乡建设局"),
    ("urban_management", "霁川县城市管理局"),
    ("police", "霁川县公安局"),
    ("market_regulation", "霁川县市场监督管理局"),
    ("environment", "霁川县生态环境局"),
    ("power_water_gas", "霁川县水电气保障中心"),
)

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹"
    "曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈"
)
# fmt: off
GIVEN: Final = (
    "秀兰", "建国", "桂芳", "志远", "晓梅", "海燕", "国强", "玉珍", "文博", "雪梅",
    "立新", "春华", "佳宁", "思远", "子涵", "丽娟", "永康", "长青", "明霞", "少华",
    "淑芬", "向阳", "月娥", "成林", "静怡", "大勇", "雨桐", "浩然", "美玲", "德才",
    "小军", "慧敏", "家栋", "庆丰", "红霞", "振宇", "云飞", "晓峰", "凤英", "学文",
    "秋菊", "金生", "若溪", "安然", "素琴", "友良", "冬梅", "瑞雪", "光明", "书航",
)
# fmt: on

# The offices in the words of the trade.
OFFICE_WORDS: Final[dict[str, str]] = {
    Office.GRID_WORKER: "网格员",
    Office.GRID_LEADER: "网格长",
    Office.COMMUNITY_CLERK: "社区工作人员",
    Office.COMMUNITY_SECRETARY: "社区党组织书记",
    Office.SUBDISTRICT_OFFICER: "街道（镇）工作人员",
    Office.DISTRICT_OFFICER: "县住建局物业科工作人员",
    Office.FIRM_MANAGER: "物业项目经理",
    Office.FIRM_CLERK: "物业客服",
    Office.REPAIRER: "维修师傅",
    Office.DEPARTMENT_OFFICER: "部门经办人",
    Office.BUTLER: "楼栋管家",
    Office.BRANCH_SECRETARY: "小区党支部书记",
    Office.COMMITTEE_MEMBER: "业委会委员",
    Office.COMMITTEE_DIRECTOR: "管委会主任",
    Office.OBSERVER: "物业观察员",
    Office.WARDEN: "小区院长",
    Office.INTEGRITY_SUPERVISOR: "廉洁监督员",
    Office.AUDITOR: "审计员",
    Office.ADMINISTRATOR: "系统管理员",
}
