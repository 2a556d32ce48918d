"""Archives and Outlook files made on the spot, since nothing here writes them."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence

import py7zr

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NONE = 0xFFFFFFFF

Tree = Mapping[str, "bytes | Tree"]


def seven_zip(
    files: Mapping[str, bytes], password: str | None = None, *, hidden_names: bool = False
) -> bytes:
    target = io.BytesIO()
    with py7zr.SevenZipFile(target, "w", password=password, header_encryption=hidden_names) as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return target.getvalue()


def rar(files: Mapping[str, bytes], *, locked: Sequence[str] = ()) -> bytes:
    """A rar archive (version 4) that stores its files unpacked; those ``locked`` say that they have a password."""
    out = b"Rar!\x1a\x07\x00" + _rar_block(0x73, 0, b"\x00" * 6)
    for name, content in files.items():
        coded = name.encode("gbk")
        check = zlib.crc32(content)
        head = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 2, check, 0x58DC6000, 20, 0x30, len(coded), 0x20
        )
        out += _rar_block(0x74, 0x8000 | (4 if name in locked else 0), head + coded) + content
    return out + _rar_block(0x7B, 0x4000, b"")


def _rar_block(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def ole(tree: Tree) -> bytes:
    """An OLE file of storages and streams; short streams are filled up with blanks, so that none is a short one."""
    entries: list[list[int | str | bytes | None]] = [["Root Entry", 5, _NONE, _NONE, b""]]

    def add(folder: Tree, parent: int) -> None:
        last = parent
        for name, content in folder.items():
            place = len(entries)
            entries.append([name, 2 if isinstance(content, bytes) else 1, _NONE, _NONE, b""])
            entries[last][3 if last == parent else 2] = place
            last = place
            if isinstance(content, bytes):
                entries[place][4] = content.ljust(4096)
            else:
                add(content, place)

    add(tree, 0)
    fat: list[int] = []
    body = b""
    directory = b""
    for name, kind, right, child, content in entries:
        assert isinstance(name, str) and isinstance(content, bytes)
        start = len(fat) if content else _END
        count = -(-len(content) // _SECTOR)
        fat += [len(fat) + step + 1 for step in range(count - 1)] + ([_END] if count else [])
        body += content.ljust(count * _SECTOR, b"\x00")
        coded = name.encode("utf-16-le") + b"\x00\x00"
        directory += coded.ljust(64, b"\x00") + struct.pack(
            "<HBBIII", len(coded), kind, 1, _NONE, right, child
        )
        directory += bytes(36) + struct.pack("<IQ", start, len(content))
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\x00")
    begin, count = len(fat), len(directory) // _SECTOR
    fat += [begin + step + 1 for step in range(count - 1)] + [_END]
    tables = -(-(len(fat) + 2) // 128)
    places = list(range(len(fat), len(fat) + tables))
    fat = (fat + [_FAT] * tables + [_FREE] * 128)[: tables * 128]
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, tables, begin, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *(places + [_FREE] * 109)[:109])
    return head + body + directory + struct.pack(f"<{len(fat)}I", *fat)


def tnef(files: Mapping[str, bytes], html: bytes = b"") -> bytes:
    """A winmail.dat with these attachments and this text."""
    out = b"\x78\x9f\x3e\x22" + b"\x01\x00"
    if html:
        out += _attribute(1, 0x9003, struct.pack("<IHH", 1, 0x0102, 0x1013) + _variable(html))
    for name, content in files.items():
        out += _attribute(2, 0x9002, bytes(14)) + _attribute(2, 0x800F, content)
        out += _attribute(2, 0x8010, b"SHORT~1.DOC\x00")
        wide = (name + "\x00").encode("utf-16-le")
        flag = struct.pack("<HHI", 3, 0x3705, 1)
        out += _attribute(
            2, 0x9005, struct.pack("<I", 2) + flag + struct.pack("<HH", 0x1F, 0x3707) + _variable(wide)
        )
    return out


def _attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _variable(value: bytes) -> bytes:
    return struct.pack("<II", 1, len(value)) + value.ljust(-(-len(value) // 4) * 4, b"\x00")
