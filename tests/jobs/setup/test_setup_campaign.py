"""From a notice to a directory that the program can work with."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

import builders
from reminder_service.config import campaign_yaml, load, load_campaign
from reminder_service.documents.reader import Reader
from reminder_service.domain.campaign import Question
from reminder_service.domain.errors import ConfigurationError, OutsideError, WrongUsage
from reminder_service.domain.workdays import WorkCalendar
from reminder_service.jobs.setup.setup_campaign import notice_json, prepare, write_directory

NOTICES = Path(__file__).parents[2] / "data" / "notices"
FORMS = Path(__file__).parents[2] / "data" / "forms"
CALENDAR = WorkCalendar()


@pytest.fixture(scope="module")
def reader():
    with Reader() as one:
        yield one


@pytest.fixture(scope="module")
def campaign(reader):
    return prepare(NOTICES / "women-children-2024.txt", reader=reader, calendar=CALENDAR)


class TestReadingANotice:
    @pytest.mark.parametrize("suffix", ["docx", "pdf"])
    def test_every_form_of_a_notice_gives_the_same_campaign(self, reader, campaign, suffix):
        path = NOTICES / f"women-children-2024.{suffix}"
        assert prepare(path, reader=reader, calendar=CALENDAR) == campaign

    def test_the_notice_of_2024_is_read_whole(self, campaign):
        assert (len(campaign.items), len(campaign.duties), len(campaign.units)) == (10, 28, 18)
        assert (str(campaign.first_period), campaign.contact_phone) == ("2024Q2", "6967116")

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
    def test_a_text_is_read_in_the_encodings_of_notepad(self, reader, campaign, tmp_path, encoding):
        path = tmp_path / "notice.txt"
        path.write_bytes((NOTICES / "women-children-2024.txt").read_text("utf-8").encode(encoding))
        assert prepare(path, reader=reader, calendar=CALENDAR) == campaign

    def test_a_ready_campaign_file_is_taken_as_it_is(self, reader, tmp_path):
        ready = builders.campaign()
        path = tmp_path / f"{ready.id}.yaml"
        path.write_text(campaign_yaml(ready), encoding="utf-8")
        assert prepare(path, reader=reader, calendar=CALENDAR) == ready

    def test_the_mistakes_of_a_campaign_file_are_told_with_their_place(self, reader, tmp_path):
        path = tmp_path / "broken.yaml"
        path.write_text("schema: 1\ntitel: x\n", encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"broken\.yaml:2:\d+: titel"):
            prepare(path, reader=reader, calendar=CALENDAR)

    def test_a_page_that_is_a_picture_among_pages_of_text_becomes_a_question(
        self, reader, campaign, tmp_path
    ):
        path = tmp_path / "notice.pdf"
        with_picture_page(NOTICES / "women-children-2024.pdf", path)
        found = prepare(path, reader=reader, calendar=CALENDAR)
        assert found.questions[:-1] == campaign.questions
        assert "第7页" in found.questions[-1].question

    @pytest.mark.long
    def test_a_scan_gives_the_same_campaign_but_for_its_running_text(self, reader, campaign, tmp_path):
        path = tmp_path / "scan.pdf"
        scanned(NOTICES / "women-children-2024.pdf", path)
        found = prepare(path, reader=reader, calendar=CALENDAR)
        assert [(item.number, item.name, item.units) for item in found.items] == [
            (item.number, item.name, item.units) for item in campaign.items
        ]
        assert (found.units, found.document_number, found.date, found.first_period) == (
            campaign.units, campaign.document_number, campaign.date, campaign.first_period,
        )  # fmt: skip
        values = [(target.value, target.measure) for item in found.items for target in item.targets]
        assert values == [
            (target.value, target.measure) for item in campaign.items for target in item.targets
        ]


def scanned(source: Path, target: Path) -> None:
    import pypdfium2

    pages = [page.render(scale=200 / 72).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(source)]
    pages[0].save(target, "PDF", resolution=200, save_all=True, append_images=pages[1:])


def with_picture_page(source: Path, target: Path) -> None:
    import pypdfium2
    from PIL import Image

    document = pypdfium2.PdfDocument(source)
    picture = pypdfium2.PdfImage.new(document)
    picture.set_bitmap(pypdfium2.PdfBitmap.from_pil(Image.new("RGB", (300, 400), "grey")))
    picture.set_matrix(pypdfium2.PdfMatrix().scale(500, 700))
    page = document.new_page(595, 842)
    page.insert_obj(picture)
    page.gen_content()
    document.save(target)


def scan() -> bytes:
    import io

    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(target, "PDF")
    return target.getvalue()


def old_word() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0" * 600
    )


class TestFilesThatAreNoNotice:
    @pytest.mark.parametrize(
        ("name", "data", "said"),
        [
            pytest.param("n.doc", old_word(), "damaged|cannot be read", id="doc"),
            pytest.param("n.pdf", scan(), "no text that can be recognised", id="scan"),
            pytest.param("n.png", b"\x89PNG\r\n\x1a\n0000", "damaged", id="picture"),
            pytest.param("n.xlsx", (FORMS / "D_vmerge.xlsx").read_bytes(), "Excel", id="xlsx"),
            pytest.param("n.pdf", (FORMS / "locked.pdf").read_bytes(), "under a password", id="password"),
            pytest.param("n.docx", b"PK\x03\x04 word/document", "damaged", id="torn"),
            pytest.param("n.txt", b"", "is empty", id="empty"),
            pytest.param("n.txt", b"\x00\x01\x02\xff", "no notice that can be read", id="bytes"),
            pytest.param("n.txt", "今天天气很好。".encode(), "no title", id="other text"),
            pytest.param(
                "n.docx", (FORMS / "D_vmerge.docx").read_bytes(), "no title of the form", id="a form"
            ),
        ],
    )
    def test_are_refused_with_the_cure(self, reader, tmp_path, name, data, said):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(WrongUsage, match=said) as caught:
            prepare(path, reader=reader, calendar=CALENDAR)
        assert all(line.startswith(str(path)) for line in str(caught.value).splitlines())

    def test_a_missing_file_is_named(self, reader, tmp_path):
        with pytest.raises(WrongUsage, match=r"none\.txt cannot be read"):
            prepare(tmp_path / "none.txt", reader=reader, calendar=CALENDAR)


def files_in(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


class TestWritingADirectory:
    @pytest.mark.parametrize("exists", [True, False], ids=["empty directory", "new directory"])
    def test_what_is_written_can_be_loaded_and_says_the_same(self, tmp_path, campaign, exists):
        directory = tmp_path / "office" / "config"
        if exists:
            directory.mkdir(parents=True, mode=0o750)
        written = write_directory(directory, campaign, False)
        names = ["calendar.yaml", "campaigns/notice-2024-9.yaml", "service.yaml"]
        assert files_in(tmp_path / "office") == [f"config/{name}" for name in names]
        assert sorted(str(path.relative_to(directory)) for path in written) == names
        assert load(directory, {}).campaigns == {campaign.id: campaign}
        if exists:
            assert directory.stat().st_mode & 0o777 == 0o750

    def test_a_shell_that_stands_in_the_directory_still_stands_in_it(self, tmp_path, campaign, monkeypatch):
        monkeypatch.chdir(tmp_path)
        write_directory(Path(), campaign, False)
        assert files_in(Path.cwd()) == files_in(tmp_path) != []

    def test_proposals_become_answers_only_when_accepted(self, tmp_path, campaign):
        blank = Question(key="blank", question="还有哪些单位？", proposal="")
        asked = replace(campaign, questions=(*campaign.questions, blank))
        _, path, _ = write_directory(tmp_path / "a", asked, True)
        found = load_campaign(path)
        assert [question.key for question in found.open_questions] == ["blank"]
        assert [question.answer for question in found.questions[:-1]] == [
            one.proposal for one in campaign.questions
        ]
        _, path, _ = write_directory(tmp_path / "b", asked, False)
        assert load_campaign(path).open_questions == asked.questions

    def test_a_directory_that_holds_something_is_left_as_it_is(self, tmp_path, campaign):
        (tmp_path / "letter.txt").write_text("x")
        with pytest.raises(WrongUsage, match=r"it holds letter\.txt"):
            write_directory(tmp_path, campaign, False)
        assert files_in(tmp_path) == ["letter.txt"]

    def test_a_service_that_is_set_up_already_is_never_overwritten(self, tmp_path, campaign):
        (tmp_path / "service.yaml").write_text("mine")
        with pytest.raises(WrongUsage, match=r"service\.yaml exists already"):
            write_directory(tmp_path, campaign, False)
        assert (tmp_path / "service.yaml").read_text() == "mine"

    def test_a_file_in_the_place_of_the_directory_is_refused(self, tmp_path, campaign):
        (tmp_path / "config").write_text("x")
        with pytest.raises(WrongUsage, match="is no directory"):
            write_directory(tmp_path / "config", campaign, False)

    @pytest.mark.parametrize("exists", [True, False], ids=["empty directory", "new directory"])
    def test_a_campaign_that_could_not_be_loaded_leaves_nothing_behind(self, tmp_path, campaign, exists):
        if exists:
            (tmp_path / "config").mkdir()
        with pytest.raises(WrongUsage, match="short_name: .*Nothing was written"):
            write_directory(tmp_path / "config", replace(campaign, short_name="two words"), False)
        assert files_in(tmp_path) == []
        assert [path.name for path in tmp_path.iterdir()] == (["config"] if exists else [])

    def test_a_disk_that_fails_half_way_leaves_nothing_behind(self, tmp_path, campaign, monkeypatch):
        # os.rename stands for the disk: the third move into the directory fails.
        moves = []
        real = os.rename

        def failing(source, target):
            moves.append(target)
            if len(moves) == 3:
                raise OSError(28, "No space left on device")
            real(source, target)

        monkeypatch.setattr(os, "rename", failing)
        with pytest.raises(OutsideError, match="disk is full"):
            write_directory(tmp_path, campaign, False)
        assert list(tmp_path.iterdir()) == []


class TestJson:
    def test_the_json_says_what_the_contract_promises(self, campaign):
        said = json.loads(json.dumps(notice_json(campaign), ensure_ascii=False))
        promised = (
            "id title document_number issuer date items units cadence first_period due_rule versions contact"
        )
        assert {*promised.split(), "questions"} <= set(said)
        assert (said["date"], said["cadence"], said["first_period"]) == ("2024-05-23", "quarter", "2024Q2")
        assert said["versions"] == ["electronic", "stamped"]
        assert said["contact"] == {"phone": "6967116", "mailbox": "高青县妇联"}
        assert said["items"][1]["units"] == ["县人力资源社会保障局", "县妇联"]
        assert [unit["name"] for unit in said["units"] if unit["group"]] == ["各儿童友好实践基地"]
        assert set(said["questions"][0]) == {"key", "question", "proposal", "quote"}

    def test_figures_are_json_numbers(self, campaign):
        targets = [target for item in notice_json(campaign)["items"] for target in item["targets"]]
        assert {type(target["value"]) for target in targets} == {int}
        assert {20, 85, 100} <= {target["value"] for target in targets}
        assert set(targets[0]) == {"text", "value", "measure", "comparator", "quote"}
