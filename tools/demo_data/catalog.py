"""What the units of the sample spend on: the function class of their running costs, and their projects."""

from dataclasses import dataclass
from enum import StrEnum

from tools.demo_data.regions import Place

OWN, UPPER, FUND, INCOME = "1111", "1112", "1211", "3111"


class Where(StrEnum):
    """In which regions a project exists."""

    EVERYWHERE = "everywhere"
    BORDER = "border"
    PASTORAL = "pastoral"
    CROPS = "crops"

    def fits(self, place: Place) -> bool:
        """Whether the region has such projects; the levels above the banners have all of them."""
        if self == Where.EVERYWHERE or place.level < 2:
            return True
        herding = bool({"pastoral", "half_pastoral"} & place.tags)
        return {
            Where.BORDER: "border" in place.tags,
            Where.PASTORAL: herding,
            Where.CROPS: "pastoral" not in place.tags,
        }[self]


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a kind of unit; `wan` is the range of its size at banner level, in 10,000 yuan."""

    name: str
    function: str
    parts: tuple[str, ...]
    wan: tuple[int, int]
    fund: str = OWN
    where: Where = Where.EVERYWHERE
    years: tuple[int, int] = (2023, 2099)
    letter: str = "T"


# Function class of wages and running costs.
RUNNING = {
    "nationalities": "2012301",
    "finance": "2010601",
    "review": "2010650",
    "civil": "2080201",
    "insurance": "2080109",
    "education": "2050101",
    "school": "2050204",
    "culture": "2070101",
    "health": "2100101",
    "hospital": "2100201",
    "mongolian_hospital": "2100202",
    "farming": "2130101",
    "revival": "2130501",
    "forestry": "2130201",
    "transport": "2140101",
    "housing": "2120101",
    "township": "2010301",
}
HEADCOUNTS = {"school": (90, 180), "hospital": (120, 260), "mongolian_hospital": (120, 220), "township": (30, 60)}
OFFICE_STAFF = (16, 45)

PROJECTS: dict[str, tuple[Project, ...]] = {
    "nationalities": (
        Project("民族团结进步示范工程", "2012304", ("30227", "30299"), (30, 150)),
        Project("铸牢中华民族共同体意识宣传教育", "2012304", ("30202", "30216"), (10, 60)),
        Project("少数民族特色村镇保护与发展", "2012399", ("31005",), (80, 300), UPPER, years=(2025, 2099)),
        Project("兴边富民行动", "2012304", ("31005",), (200, 600), UPPER, Where.BORDER),
    ),
    "finance": (
        Project("预算管理一体化系统运行维护", "2010607", ("30213", "30227"), (20, 90), letter="Y"),
        Project("预算绩效评价与财政评审", "2010608", ("30227",), (20, 80), letter="Y"),
        Project("国有资产清查", "2010699", ("30227",), (15, 40), years=(2025, 2026)),
        Project("财政信息化设备更新", "2010607", ("31002", "31007"), (20, 80), years=(2027, 2099)),
    ),
    "review": (Project("政府投资项目评审", "2010699", ("30227", "30226"), (60, 200), letter="Y"),),
    "civil": (
        Project("城市最低生活保障金", "2081901", ("30306",), (300, 900), UPPER),
        Project("农村牧区最低生活保障金", "2081902", ("30306",), (500, 1800), UPPER),
        Project("残疾人生活和护理补贴", "2081107", ("30305",), (80, 260)),
        Project("高龄津贴", "2081002", ("30305",), (60, 220)),
        Project("养老服务设施建设", "2296002", ("31005", "31003"), (50, 200), FUND, years=(2024, 2099)),
    ),
    "insurance": (
        Project("社会保险经办服务", "2080109", ("30227", "30202"), (15, 60), letter="Y"),
        Project("公益性岗位补贴", "2080705", ("30399",), (100, 400), UPPER),
    ),
    "education": (
        Project("义务教育薄弱环节改善与能力提升", "2050202", ("31006", "31003"), (400, 1500), UPPER),
        Project("学前教育幼儿资助", "2050201", ("30308",), (40, 160)),
        Project("中小学校园安全设施", "2050299", ("31003",), (50, 200), years=(2024, 2026)),
        Project("寄宿生生活补助", "2050203", ("30308",), (100, 420), UPPER),
    ),
    "school": (
        Project("普通高中国家助学金", "2050204", ("30308",), (60, 200), UPPER),
        Project("校舍维修改造", "2050204", ("31006",), (80, 360), years=(2024, 2099)),
        Project("实验室设备购置", "2050204", ("31003",), (30, 120), years=(2026, 2099)),
    ),
    "culture": (
        Project("那达慕群众文化活动", "2070108", ("30227", "30214"), (30, 120)),
        Project("文物保护", "2070204", ("31006",), (40, 200), UPPER),
        Project("非物质文化遗产保护", "2070109", ("30305", "30227"), (20, 80)),
    ),
    "health": (
        Project("基本公共卫生服务", "2100408", ("30218", "30299"), (200, 800), UPPER),
        Project("重大传染病防控", "2100409", ("30218",), (40, 160), UPPER),
        Project("计划生育家庭奖励扶助", "2100717", ("30309",), (60, 240)),
    ),
    "hospital": (
        Project("公立医院综合改革补助", "2100201", ("30299",), (80, 300), UPPER),
        Project("医疗设备购置", "2100201", ("31003",), (200, 900), INCOME),
        Project("药品和卫生材料", "2100201", ("30218",), (900, 2600), INCOME, letter="Y"),
    ),
    "mongolian_hospital": (
        Project("蒙医药中医药服务能力提升", "2101704", ("31003", "30216"), (100, 360), UPPER),
        Project("药品和卫生材料", "2100202", ("30218",), (600, 1800), INCOME, letter="Y"),
    ),
    "farming": (
        Project("草原生态保护补助奖励（禁牧补助）", "2130135", ("30310",), (1800, 6500), UPPER, Where.PASTORAL),
        Project("草原生态保护补助奖励（草畜平衡奖励）", "2130135", ("30310",), (900, 3200), UPPER, Where.PASTORAL),
        Project("耕地地力保护补贴", "2130122", ("30310",), (1200, 5200), UPPER, Where.CROPS),
        Project("高标准农田建设", "2130153", ("31005",), (800, 3600), UPPER, Where.CROPS, years=(2024, 2099)),
        Project("动物疫病强制免疫", "2130108", ("30218", "30226"), (60, 260)),
        Project("肉牛肉羊产业发展", "2130122", ("31204",), (200, 900), years=(2026, 2099)),
    ),
    "revival": (
        Project("衔接推进乡村振兴补助", "2130505", ("31204", "31005"), (600, 2000), UPPER),
        Project("农村牧区基础设施建设", "2130504", ("31005",), (300, 900), UPPER),
    ),
    "forestry": (
        Project("森林生态效益补偿", "2130209", ("30399",), (200, 1500), UPPER),
        Project("“三北”工程造林种草", "2130205", ("31005",), (400, 2400), UPPER, years=(2024, 2099)),
        Project("森林草原防火", "2130234", ("30218", "30226"), (60, 300)),
        Project("退耕还林还草现金补助", "2110602", ("30310",), (80, 400), UPPER, Where.CROPS, (2023, 2026)),
    ),
    "transport": (
        Project("农村牧区公路建设", "2140104", ("31005",), (1000, 4200), UPPER),
        Project("农村牧区公路养护", "2140106", ("30213",), (200, 800)),
        Project("边境一线道路建设", "2140104", ("31005",), (600, 2600), UPPER, Where.BORDER, (2025, 2099)),
    ),
    "housing": (
        Project("老旧小区改造", "2210108", ("31006",), (400, 2200), UPPER),
        Project("城镇环境卫生保洁", "2120501", ("30227",), (300, 1300), letter="Y"),
        Project("市政道路和管网建设", "2120803", ("31005",), (600, 3200), FUND),
        Project("供热管网改造", "2120399", ("31006",), (200, 900), years=(2027, 2099)),
    ),
    "township": (
        Project("嘎查村和社区运转经费", "2130705", ("30305", "30201"), (60, 200), letter="Y"),
        Project("人居环境整治", "2130126", ("30227",), (30, 120)),
        Project("边境地区护边员补助", "2010399", ("30305",), (80, 260), UPPER, Where.BORDER),
        Project("边境建设补助", "2010399", ("31005",), (100, 400), UPPER, Where.BORDER, (2024, 2099)),
    ),
}
