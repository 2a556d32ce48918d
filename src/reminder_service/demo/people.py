"""The units' contacts. Every person, address and number is invented."""

from dataclasses import dataclass

OFFICE = "office@example.cn"
_DOMAIN = "gaoqing.example.cn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody at a unit."""

    unit: str
    name: str
    department: str
    mailbox: str
    phone: str

    @property
    def address(self) -> str:
        """The e-mail address."""
        return self.mailbox if "@" in self.mailbox else f"{self.mailbox}@{_DOMAIN}"


def _person(unit: str, name: str, department: str, mailbox: str, phone: str) -> Person:
    return Person(unit=unit, name=name, department=department, mailbox=mailbox, phone=f"0000-{phone}")


PEOPLE = (
    _person("县教育和体育局", "周明远", "基础教育科", "jiaoti", "100101"),
    _person("县人力资源社会保障局", "吴晓岚", "就业促进科", "renshe", "100102"),
    # The office's host is a unit as well, and reads the same mailbox.
    _person("县妇联", "孟春晖", "办公室", OFFICE, "100103"),
    _person("县卫生健康局", "郑秋实", "妇幼健康科", "weijian", "100104"),
    _person("团县委", "冯一帆", "青年发展部", "tuanwei", "100105"),
    _person("市医疗保障局高青分局", "许静宜", "待遇保障科", "yibao", "100106"),
    _person("县交通运输局", "韩立新", "运输管理科", "jiaotong", "100107"),
    _person("芦湖街道", "杨柳青", "社会事务办", "luhu", "100108"),
    _person("各儿童友好实践基地", "秦书语", "图书馆少儿部", "jidi", "100109"),
    _person("县司法局", "何正言", "公共法律服务科", "sifa", "100110"),
    _person("县检察院", "施文静", "第三检察部", "jiancha", "100111"),
    _person("县总工会", "孔德明", "女职工部", "gonghui.old", "100112"),
    _person("县总工会", "曹雨薇", "女职工部", "gonghui", "100113"),
    _person("县公安局", "严守安", "治安管理大队", "gongan", "100114"),
    _person("县法院", "华清源", "少年家事庭", "fayuan", "100115"),
    _person("县文化和旅游局", "金乐山", "公共服务科", "wenlv", "100116"),
    _person("县科协", "魏求真", "科普部", "kexie.old", "100117"),
    _person("县科协", "陶子衿", "科普部", "kexie", "100118"),
    _person("县民政局", "姜心怡", "儿童福利科", "minzheng", "100119"),
    _person("县残联", "戚望舒", "康复部", "canlian", "100120"),
)


def addresses(unit: str) -> list[str]:
    """Return the addresses of a unit, the first to be tried first."""
    return [person.address for person in PEOPLE if person.unit == unit]
