"""Names of public bodies: from the customary short form to the name on the seal, and back to everyday forms.

Source of the table: the names of county bodies after the reform of 2018–2019, as they stand in 三定规定.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FORMAL = {
    "妇联": "妇女联合会",
    "残联": "残疾人联合会",
    "科协": "科学技术协会",
    "文联": "文学艺术界联合会",
    "侨联": "归国华侨联合会",
    "工商联": "工商业联合会",
    "社科联": "社会科学界联合会",
    "关工委": "关心下一代工作委员会",
    "妇儿工委办": "妇女儿童工作委员会办公室",
    "妇儿工委办公室": "妇女儿童工作委员会办公室",
    "安委会办公室": "安全生产委员会办公室",
    "安委办": "安全生产委员会办公室",
    "法院": "人民法院",
    "检察院": "人民检察院",
    "教体局": "教育和体育局",
    "教育体育局": "教育和体育局",
    "人社局": "人力资源和社会保障局",
    "人力资源社会保障局": "人力资源和社会保障局",
    "卫健局": "卫生健康局",
    "卫健委": "卫生健康委员会",
    "卫生健康委": "卫生健康委员会",
    "医保局": "医疗保障局",
    "文旅局": "文化和旅游局",
    "文化旅游局": "文化和旅游局",
    "住建局": "住房和城乡建设局",
    "住房城乡建设局": "住房和城乡建设局",
    "发改局": "发展和改革局",
    "发展改革局": "发展和改革局",
    "发改委": "发展和改革委员会",
    "发展改革委": "发展和改革委员会",
    "工信局": "工业和信息化局",
    "工业信息化局": "工业和信息化局",
    "市监局": "市场监督管理局",
    "市场监管局": "市场监督管理局",
    "应急局": "应急管理局",
    "交通局": "交通运输局",
    "退役军人局": "退役军人事务局",
    "审批局": "行政审批服务局",
    "综合执法局": "综合行政执法局",
    "城管局": "城市管理局",
    "农业局": "农业农村局",
    "消防大队": "消防救援大队",
    "自然资源规划局": "自然资源和规划局",
}
_PARTY = {
    "委宣传部": "委宣传部",
    "委组织部": "委组织部",
    "委统战部": "委统一战线工作部",
    "委政法委": "委政法委员会",
    "委社会工作部": "委社会工作部",
    "委网信办": "委网络安全和信息化委员会办公室",
    "委编办": "委机构编制委员会办公室",
    "委办公室": "委办公室",
    "纪委": "纪律检查委员会",
    "纪委监委": "纪律检查委员会",
}
_GOVERNMENT = {
    "府办公室": "人民政府办公室",
    "府办": "人民政府办公室",
    "政府办公室": "人民政府办公室",
    "政府办": "人民政府办公室",
}
_LEVELS = "县市区旗"
_YOUTH = re.compile(rf"团([{_LEVELS}])委")
_STREET = re.compile(r"(.{1,10})街道(?:办事处|办)?")
_TOWN = re.compile(r"(.{1,10}[镇乡])(?:人民政府|政府)?")
_BRANCH = re.compile(rf"(?P<level>[{_LEVELS}])?(?P<core>.+?局)(?P<place>.{{1,8}})分局")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the notice comes from: ``region`` is its county, district or city, ``city`` the city above, "" if unknown."""

    region: str
    city: str = ""

    @property
    def level(self) -> str:
        """The character that stands for the region before a body's name, as in 县妇联."""
        return self.region[-1] if self.region and self.region[-1] in _LEVELS else ""

    @property
    def short(self) -> str:
        """The region as it is spoken of: 高青 for 高青县."""
        return self.region[:-1] if self.level and len(self.region) > 2 else self.region


def is_group(name: str) -> bool:
    """Whether a name stands for several bodies that it does not name."""
    return name.startswith("各") or bool(
        re.match(r"(?:.{0,4}(?:有关|相关|其他|其它).{0,4}(?:部门|单位|镇|街道|企业))", name)
    )


def full_name(name: str, place: Place) -> str:
    """Return the name that the seal most likely bears: region plus full name; a guess to be confirmed.

    A group, and a name whose place is not known, stays as it is.
    """
    region = place.region
    if not region or is_group(name) or name.startswith(("中共", "共青团", "国网", "国家")):
        return name
    if match := _YOUTH.fullmatch(name):
        return f"共青团{region}委员会" if match[1] == place.level else name
    if match := _BRANCH.fullmatch(name):
        return _branch(name, match, place)
    core = local(name, place)
    if core in _PARTY:
        return f"中共{region}{_PARTY[core]}"
    if core in _GOVERNMENT:
        return region + _GOVERNMENT[core]
    if core == "税务局":
        return f"国家税务总局{region}税务局"
    if match := _STREET.fullmatch(core):
        return f"{region}人民政府{match[1]}街道办事处"
    if match := _TOWN.fullmatch(core):
        return f"{region}{match[1]}人民政府"
    return region + _FORMAL.get(core, core) if _belongs(name, place) else _FORMAL.get(name, name)


def local(name: str, place: Place) -> str:
    """Return the name without the region that stands before it, written out or as its level alone."""
    for prefix in (place.region, place.level):
        if prefix and name.startswith(prefix) and len(name) - len(prefix) >= 2:
            return name[len(prefix) :]
    return name


def aliases(name: str, place: Place) -> tuple[str, ...]:
    """Return everyday spellings of a body other than ``name`` and its full name."""
    if is_group(name):
        return ()
    if match := _YOUTH.fullmatch(name):
        forms: Iterable[str] = (
            f"{place.region}团委",
            f"{place.level}团委",
            "团委",
            f"共青团{place.region}委",
        )
    elif match := _BRANCH.fullmatch(name):
        forms = _branch_aliases(match, place)
    elif match := _STREET.fullmatch(local(name, place)):
        forms = (f"{match[1]}街道", f"{match[1]}街道办事处", f"{match[1]}街道办", f"{match[1]}办事处")
    elif match := _TOWN.fullmatch(local(name, place)):
        forms = (match[1], f"{match[1]}人民政府", f"{match[1]}政府")
    else:
        forms = _office_aliases(local(name, place), place)
    whole = full_name(name, place)
    return tuple(dict.fromkeys(form for form in forms if form not in {name, whole} and len(form) >= 2))


def _office_aliases(core: str, place: Place) -> tuple[str, ...]:
    formal = _FORMAL.get(core, core)
    cores = [core, formal, *(short for short, long in _FORMAL.items() if long == formal)]
    prefixes = (place.level, "") if place.level else ("",)
    return tuple(prefix + form for prefix in prefixes for form in dict.fromkeys(cores))


def _branch_aliases(match: re.Match[str], place: Place) -> tuple[str, ...]:
    core = match["core"]
    shorts = [short for short, long in _FORMAL.items() if long == core]
    stems = [core.removesuffix("局"), *(short.removesuffix("局") for short in shorts)]
    level = match["level"] or ""
    forms = [f"{level}{short}{match['place']}分局" for short in shorts]
    for stem in stems:
        forms += [f"{place.level}{stem}局", f"{stem}局", f"{match['place']}{stem}分局", f"{stem}分局"]
    return tuple(forms)


def _branch(name: str, match: re.Match[str], place: Place) -> str:
    if match["level"] and match["level"] != place.level:
        return place.city + name[1:] if place.city else name
    return place.region + _FORMAL.get(local(name, place), local(name, place))


def _belongs(name: str, place: Place) -> bool:
    return name.startswith((place.region, place.level)) if place.level else name.startswith(place.region)
