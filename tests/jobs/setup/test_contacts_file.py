"""Contacts from files as offices keep them, and back again."""

import csv
import io
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import builders
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.state import Contact
from reminder_service.jobs.setup.contacts_file import import_contacts, read_contacts, write_contacts
from reminder_service.store import Store, open_store

CAMPAIGN = builders.campaign()
NOW = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)
HEADINGS = "单位,责任科室,责任人,邮箱,电话,别名"


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/store.db", tmp_path / "files") as opened:
        yield opened


@pytest.fixture
def of(tmp_path: Path):
    """Read lines as a csv file."""

    def read(*lines: str, encoding: str = "utf-8", campaigns=(CAMPAIGN,), **options):
        path = tmp_path / "联系人.csv"
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return read_contacts(path, campaigns, **options)

    return read


def book(path: Path, *rows: tuple[object, ...], merge: str = "") -> Path:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    if merge:
        workbook.active.merge_cells(merge)
    workbook.save(path)
    return path


def addresses(file) -> list[tuple[str, str | None]]:
    return [(contact.unit, contact.address) for contact in file.contacts]


FULL = "县妇联,办公室,张三,zhang@example.cn,0533-6960001,妇联"


class TestFormats:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_a_csv_is_read_in_the_encodings_that_offices_save(self, of, encoding):
        file = of(HEADINGS, FULL, encoding=encoding)
        assert file.problems == ()
        assert file.contacts == (
            Contact(
                unit="县妇联",
                name="张三",
                department="办公室",
                address="zhang@example.cn",
                phone="0533-6960001",
            ),
        )
        assert file.aliases == {"县妇联": ("妇联",)}

    @pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
    def test_a_csv_is_read_with_any_usual_separator(self, of, separator):
        file = of(*(line.replace(",", separator) for line in (HEADINGS, FULL)))
        assert addresses(file) == [("县妇联", "zhang@example.cn")]

    def test_a_semicolon_within_cells_does_not_pass_for_the_separator(self, of):
        file = of("单位,邮箱;电子邮箱", "县妇联,a@example.cn;b@example.cn")
        assert file.contacts == ()
        file = of("单位,邮箱", "县妇联,a@example.cn;b@example.cn")
        assert addresses(file) == [("县妇联", "a@example.cn"), ("县妇联", "b@example.cn")]

    def test_a_workbook_is_known_by_its_content_and_numbers_stay_numbers_of_phones(self, tmp_path):
        path = book(tmp_path / "名单.csv", ("单位", "邮箱", "手机"), ("县妇联", "a@example.cn", 13800000000))
        (contact,) = read_contacts(path, [CAMPAIGN]).contacts
        assert (contact.address, contact.phone) == ("a@example.cn", "13800000000")

    def test_a_merged_unit_covers_all_its_people(self, tmp_path):
        rows = (
            ("单位", "责任人", "邮箱"),
            ("县妇联", "张三", "a@example.cn"),
            (None, "李四", "b@example.cn"),
        )
        file = read_contacts(book(tmp_path / "b.xlsx", *rows, merge="A2:A3"), [CAMPAIGN])
        assert addresses(file) == [("县妇联", "a@example.cn"), ("县妇联", "b@example.cn")]
        assert file.problems == ()

    def test_a_title_above_the_headings_and_other_words_for_them_are_fine(self, of):
        file = of(
            "妇女儿童实事责任人名册,,,",
            "",
            "序号,单位名称,联系人,电子邮箱（必填）,联系电话,手机",
            "1,县妇联,张 三,zhang@example.cn,6960001,13800000000",
        )
        (contact,) = file.contacts
        assert (contact.name, contact.phone) == ("张三", "6960001、13800000000")

    def test_only_the_unit_is_required(self, of):
        file = of("单位", "县妇联", "团县委")
        assert file.contacts == ()
        assert file.aliases == {}
        assert [problem[:4] for problem in file.problems] == ["第2行：", "第3行："]

    def test_a_second_sheet_with_units_is_mentioned(self, tmp_path):
        path = tmp_path / "b.xlsx"
        workbook = Workbook()
        workbook.active.append(("单位", "邮箱"))
        second = workbook.create_sheet("乡镇")
        second.append(("单位", "邮箱"))
        workbook.save(path)
        (problem,) = read_contacts(path, [CAMPAIGN]).problems
        assert "乡镇" in problem


class TestUnits:
    @pytest.mark.parametrize(
        "written",
        ["县教育和体育局", "高青县教育和体育局", "县教体局", "教育和体育局", " 县教育和 体育局 "],
        ids=["name", "full name", "alias", "without region", "spaces"],
    )
    def test_a_unit_is_known_by_any_of_its_names(self, of, written):
        assert addresses(of("单位,邮箱", f"{written},a@example.cn")) == [("县教育和体育局", "a@example.cn")]

    def test_a_slip_is_not_imported_and_the_nearest_name_is_told(self, of):
        file = of("单位,邮箱", "县教育和体育居,a@example.cn", "县财政局,b@example.cn")
        assert file.contacts == ()
        assert "第2行" in file.problems[0] and "“县教育和体育局”" in file.problems[0]
        assert "第3行" in file.problems[1] and "县财政局" in file.problems[1]

    def test_a_name_of_two_units_is_not_imported(self, of):
        file = of("单位,邮箱", "综治办,a@example.cn", aliases={"县妇联": ["综治办"], "团县委": ["综治办"]})
        assert file.contacts == ()
        assert "“县妇联”或“团县委”" in file.problems[0]

    def test_a_row_without_a_unit_is_told(self, of):
        assert of("单位,邮箱", ",a@example.cn", ",").problems == ("第2行：没有写单位，未导入。",)

    def test_one_body_under_two_names_in_two_campaigns_is_a_contact_of_both(self, of):
        second = builders.campaign(
            id="other",
            items=(),
            units=(
                builders.Unit(
                    name="县妇女联合会", code="01", full_name="高青县妇女联合会", aliases=("县妇联",)
                ),
            ),
        )
        file = of("单位,邮箱", "县妇联,a@example.cn", campaigns=(CAMPAIGN, second))
        assert addresses(file) == [("县妇联", "a@example.cn"), ("县妇女联合会", "a@example.cn")]
        assert file.problems == ()

    def test_an_alias_of_the_file_names_the_unit_in_other_rows(self, of):
        file = of("单位,邮箱,别名", "妇儿办,a@example.cn,", "县妇联,b@example.cn,妇儿办；巾帼办")
        assert addresses(file) == [("县妇联", "a@example.cn"), ("县妇联", "b@example.cn")]
        assert file.aliases == {"县妇联": ("妇儿办", "巾帼办")}

    def test_an_alias_that_names_another_unit_is_refused(self, of):
        file = of(
            "单位,邮箱,别名",
            "县妇联,a@example.cn,团县委",
            "县残联,b@example.cn,巾帼办",
            "县民政局,c@example.cn,巾帼办",
        )
        assert file.aliases == {"县妇联": (), "县残联": ("巾帼办",), "县民政局": ()}
        assert ["第2行" in file.problems[0], "第4行" in file.problems[1]] == [True, True]


class TestAddresses:
    @pytest.mark.parametrize("between", ["；", ";", "、", " ", "，", "\n"], ids=repr)
    def test_several_addresses_in_a_cell_are_several_contacts_in_order(self, tmp_path, between):
        path = book(tmp_path / "b.xlsx", ("单位", "邮箱"), ("县妇联", f"b@example.cn{between}a@example.cn"))
        file = read_contacts(path, [CAMPAIGN])
        assert [(one.address, one.order) for one in file.contacts] == [
            ("b@example.cn", 0),
            ("a@example.cn", 1),
        ]

    def test_fullwidth_letters_and_marks_around_are_folded(self, of):
        file = of("单位,邮箱", "县妇联,ｚｈａｎｇ＠Example．cn", "团县委,<mailto:Li@example.cn>")
        assert addresses(file) == [("县妇联", "zhang@example.cn"), ("团县委", "li@example.cn")]

    @pytest.mark.parametrize(
        "written", ["张三@示例.cn", "zhang.example.cn", "a@b", "a@@example.cn", "a@-x.cn", "a..b@x.cn"]
    )
    def test_a_bad_address_is_told_and_the_rest_of_the_row_kept(self, of, written):
        file = of("单位,责任人,邮箱", f"县妇联,张三,{written}")
        assert file.contacts == (Contact(unit="县妇联", name="张三"),)
        assert written in file.problems[0]

    def test_no_address_is_told_and_kept(self, of):
        file = of(
            "单位,责任人,邮箱,电话", "县妇联,张三,,6960001", "团县委,李四,暂无,", "团县委,王五,w@example.cn,"
        )
        assert addresses(file) == [("县妇联", None), ("团县委", None), ("团县委", "w@example.cn")]
        assert file.problems == (
            "第2行：县妇联没有可用的邮箱；只暂缓发给该单位的邮件，其他单位照常。",
            "第3行：团县委的这一行没有可用的邮箱；该单位的邮件发给其他责任人。",
        )

    def test_the_same_address_twice_in_a_unit_is_one_contact_and_nobody_is_lost(self, of):
        file = of(
            "单位,责任人,邮箱,电话",
            "县妇联,张三,A@example.cn,1",
            "县妇联,张三,a@example.cn,2",
            "县妇联,李四,a@example.cn,3",
        )
        assert [(one.name, one.address, one.phone) for one in file.contacts] == [
            ("张三", "a@example.cn", "1"),
            ("李四", None, "3"),
        ]
        assert [problem[:4] for problem in file.problems] == ["第3行：", "第4行："]

    def test_one_person_may_serve_two_units(self, of):
        file = of("单位,邮箱", "县妇联,a@example.cn", "团县委,a@example.cn")
        assert addresses(file) == [("县妇联", "a@example.cn"), ("团县委", "a@example.cn")]
        assert "第3行" in file.problems[0] and "县妇联" in file.problems[0]


class TestUnusableFiles:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            pytest.param("姓名,邮箱\n张三,a@example.cn".encode(), "单位", id="no unit"),
            pytest.param(b"", "empty", id="empty"),
            pytest.param(b"%PDF-1.4", "neither csv nor xlsx", id="pdf"),
            pytest.param("单位,邮箱\n".encode() + b"\x81" * 5000 + b"\xff", "GB18030", id="no text"),
            pytest.param(b"PK\x03\x04[Content_Types].xml xl/workbook", "damaged", id="torn workbook"),
            pytest.param('单位\n"'.encode() + b"x" * 200_000, "damaged", id="endless cell"),
        ],
    )
    def test_are_refused_in_a_sentence_with_the_cure(self, tmp_path, data, said):
        path = tmp_path / "contacts.csv"
        path.write_bytes(data)
        with pytest.raises(WrongUsage, match=said) as caught:
            read_contacts(path, [CAMPAIGN])
        assert str(path) in str(caught.value)

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(WrongUsage, match=r"none\.csv cannot be read"):
            read_contacts(tmp_path / "none.csv", [CAMPAIGN])

    @given(st.binary(max_size=300))
    @settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_bytes_end_in_anything_but_contacts_or_a_sentence(self, tmp_path, data):
        path = tmp_path / "any.csv"
        path.write_bytes("单位,邮箱\n县妇联,".encode() + data)
        try:
            read_contacts(path, [CAMPAIGN])
        except WrongUsage as error:
            assert str(path) in str(error)


ODD = ["=1+1", "+8653300", "-1", "@x", "'=x", "''+x", 'a"b', "a;b,c"]
_text = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0xFFFF), max_size=12).map(
        lambda text: unicodedata.normalize("NFC", " ".join(text.split()))
    ),
)
_units = st.sampled_from([unit.name for unit in CAMPAIGN.units])


def numbered(contacts: list[Contact]) -> list[Contact]:
    """As a store holds them: by unit, numbered, an address or a name once in a unit."""
    kept: dict[tuple[str, str], Contact] = {}
    for contact in contacts:
        kept.setdefault((contact.unit, contact.address or f" {contact.name}"), contact)
    found: dict[str, list[Contact]] = {}
    for contact in kept.values():
        rows = found.setdefault(contact.unit, [])
        rows.append(Contact(**{name: getattr(contact, name) for name in FIELDS}, order=len(rows)))
    return [contact for rows in found.values() for contact in rows]


FIELDS = ("unit", "name", "department", "address", "phone")


class TestExport:
    @pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
    @given(
        contacts=st.lists(
            st.builds(
                Contact,
                unit=_units,
                name=_text,
                department=_text,
                address=st.one_of(st.none(), st.from_regex(r"\A[a-z0-9]{1,5}@[a-z]{1,4}\.cn\Z")),
                phone=st.sampled_from(["", "+86 533 6960001", "0533-6960001", "=2"]),
            ).filter(lambda one: one.address or one.name),
            max_size=6,
        )
    )
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_what_is_exported_is_imported_alike(self, tmp_path, documents, name, contacts):
        expected = numbered(contacts)
        write_contacts(expected, {"县妇联": ("妇儿办", "巾帼办")}, tmp_path / name)
        file = read_contacts(tmp_path / name, [CAMPAIGN], reader=documents)
        assert sorted(file.contacts, key=str) == sorted(expected, key=str)
        assert {unit: names for unit, names in file.aliases.items() if names} == {
            "县妇联": ("妇儿办", "巾帼办")
        }

    def test_no_cell_of_a_workbook_is_a_formula(self, tmp_path):
        path = tmp_path / "out.xlsx"
        write_contacts([Contact(unit="县妇联", name='=HYPERLINK("http://x")', phone="+1")], {}, path)
        cells = [cell for row in load_workbook(path).active for cell in row if cell.value]
        assert {cell.data_type for cell in cells} == {"s"}

    def test_no_cell_of_a_csv_becomes_a_formula_in_excel(self, tmp_path):
        path = tmp_path / "out.csv"
        write_contacts([Contact(unit="县妇联", name=text, address="a@example.cn") for text in ODD], {}, path)
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")] == []

    def test_the_file_is_for_its_owner_alone_and_of_a_kind_that_can_be_written(self, tmp_path):
        path = tmp_path / "out.csv"
        write_contacts([], {}, path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]
        with pytest.raises(WrongUsage, match=r"\.csv or \.xlsx"):
            write_contacts([], {}, tmp_path / "out.ods")


@pytest.fixture(scope="module")
def documents():
    from reminder_service.documents.reader import Reader

    with Reader(files_per_child=1000) as reader:
        yield reader


class TestImport:
    def test_listed_units_are_replaced_and_others_kept(self, store: Store, of):
        old = of(HEADINGS, "县妇联,,旧人,old@example.cn,,旧名", "团县委,,李四,li@example.cn,,青年办")
        assert import_contacts(store, old, NOW) == 2
        store.contacts.remember("县妇联", "private@example.cn", NOW)
        store.contacts.remember("团县委", "known@example.cn", NOW)
        assert import_contacts(store, of("单位,邮箱,别名", "县妇联,new@example.cn,新名"), NOW) == 1
        found = {(one.unit, one.address) for one in store.contacts.all()}
        assert found == {
            ("县妇联", "new@example.cn"),
            ("县妇联", "private@example.cn"),
            ("团县委", "li@example.cn"),
            ("团县委", "known@example.cn"),
        }
        assert store.contacts.aliases() == {"县妇联": ("新名",), "团县委": ("青年办",)}
        # A confirmed address of a unit that no list named survives the day its unit is listed.
        import_contacts(store, of("单位,邮箱", "团县委,next@example.cn"), NOW)
        assert {one.address for one in store.contacts.all() if one.unit == "团县委"} == {
            "next@example.cn",
            "known@example.cn",
        }

    def test_a_sheet_still_to_be_filled_in_clears_nothing(self, store: Store, of):
        import_contacts(store, of(HEADINGS, FULL), NOW)
        assert import_contacts(store, of("单位,责任人,邮箱", "县妇联,,", "团县委,,"), NOW) == 0
        assert [one.address for one in store.contacts.all()] == ["zhang@example.cn"]
        assert store.contacts.aliases() == {"县妇联": ("妇联",)}

    def test_the_journal_counts_what_was_imported_and_names_nobody(self, store: Store, of):
        import_contacts(store, of(HEADINGS, FULL, "县财政局,,,,,"), NOW)
        (entry,) = store.journal.entries()
        assert (entry.action, entry.detail) == (
            "contacts_imported",
            {"contacts": 1, "units": 1, "problems": 1},
        )

    def test_what_the_store_holds_comes_back_from_a_file(self, store: Store, of, tmp_path):
        import_contacts(
            store,
            of(HEADINGS, FULL, "县妇联,,李四,,6960002,", "团县委,,王五,w@example.cn;v@example.cn,,"),
            NOW,
        )
        before = store.contacts.all()
        write_contacts(before, store.contacts.aliases(), tmp_path / "out.csv")
        import_contacts(store, read_contacts(tmp_path / "out.csv", [CAMPAIGN]), NOW)
        assert store.contacts.all() == before
