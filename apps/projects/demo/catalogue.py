"""What the units of the demonstration ask money for, by the first three digits of their codes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Idea:
    """A project as many units have one."""

    name: str
    category: str
    function: str  # the beginning of a functional class
    wan: int  # its yearly amount in 万元


IDEAS: dict[str, tuple[Idea, ...]] = {
    "105": (
        Idea("民族团结进步示范区创建", "unity-model", "20123", 120),
        Idea("民族团结进步教育基地建设", "unity-model", "20123", 260),
        Idea("民族传统文化保护传承", "unity-culture", "20123", 80),
    ),
    "118": (
        Idea("预算管理一体化系统运行维护", "science-systems", "20106", 95),
        Idea("财政投资评审服务", "running-other", "20106", 60),
    ),
    "120": (
        Idea("困难群众基本生活救助", "social-aid", "208", 480),
        Idea("养老服务设施建设", "social-care", "208", 350),
    ),
    "122": (Idea("社会保险经办服务能力提升", "social-work", "208", 70),),
    "130": (
        Idea("义务教育薄弱环节改善", "education-basic", "20502", 640),
        Idea("学校食堂改造", "education-basic", "20502", 130),
        Idea("校园安全防护", "education-basic", "20502", 45),
    ),
    "135": (Idea("公共文化服务体系建设", "culture-public", "20701", 160),),
    "140": (
        Idea("基层医疗卫生机构设备更新", "health-hospital", "210", 420),
        Idea("重大传染病防控", "health-public", "210", 110),
        Idea("蒙医药服务能力建设", "health-medicine", "210", 90),
    ),
    "150": (
        Idea("畜牧良种繁育补贴", "rural-herding", "21301", 210),
        Idea("高标准农田建设", "rural-fields", "21301", 880),
        Idea("乡村振兴产业发展", "rural-revival", "213", 520),
    ),
    "151": (
        Idea("退化草原补播改良", "grassland", "21302", 360),
        Idea("草原生态保护补助奖励", "grassland-subsidy", "21302", 740),
        Idea("防沙治沙综合治理", "desert", "21302", 560),
        Idea("草原防火隔离带维护", "grassland", "21302", 75),
    ),
    "160": (Idea("农村牧区公路养护", "transport-villages", "21401", 310),),
    "170": (
        Idea("老旧小区改造配套", "urban-housing", "212", 900),
        Idea("市政道路维修", "urban-roads", "212", 280),
        Idea("供热管网改造", "urban-heating", "212", 670),
    ),
}
OTHER = (Idea("办公设施维修改造", "running-other", "201", 40),)
BORDER = Idea("边境村（嘎查）基础设施建设", "border-building", "21301", 460)  # one in each banner at the border
TAGS = {"grass": "task-ecology", "deser": "three-north", "unity": "community", "rural": "rural-revival"}
TEXTS = {
    "overview": "按照年度重点任务安排，组织实施{name}，内容包括前期准备、组织实施和验收总结三个阶段。",
    "necessity": "{name}是落实自治区重点任务的具体举措，现有条件不能满足工作需要，确有必要立项实施。",
    "feasibility": "前期工作已经完成，技术路线成熟，人员和管理制度齐备，可以按期实施。",
    "organisation": "由单位主要负责人牵头，明确分工，按月调度。",
    "risks": "受季节和价格影响，已预留调整措施。",
}


def ideas_of(unit_code: str) -> tuple[Idea, ...]:
    """What a unit of this code asks for."""
    return IDEAS.get(unit_code[:3], OTHER)


def texts_of(idea: Idea) -> dict[str, str]:
    """The texts of its application."""
    return {name: text.format(name=idea.name) for name, text in TEXTS.items()}
