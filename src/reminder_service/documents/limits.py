"""How much a reader may take: outside files are hostile, and honest ones are sometimes enormous."""

MIB = 1024 * 1024

MAX_FILE_BYTES = 100 * MIB
"""A file larger than this is not opened at all."""

READ_SECONDS = 400.0
"""Wall-clock time for one file; then the child is killed."""

CPU_SECONDS = 300
"""Processor time for one file: a scanned page takes 2 to 4 seconds, 10 on a slow machine."""

MAX_SCANNED_PAGES = 30
"""Pages of a file that are recognised; the pages after them are kept and not read."""

MEMORY_BYTES = 2048 * MIB
"""Address space of the child; the worst honest workbook measured took 774 MB."""

WRITTEN_BYTES = 1 * MIB
"""Size of any file the child may write; readers write none."""

CONVERTED_BYTES = 200 * MIB
"""Size of any file that LibreOffice may write for the child."""

OFFICE_SECONDS = 60.0
"""Wall-clock time for LibreOffice to convert one file; it takes one second."""

OFFICE_FILES = 8
"""Files that LibreOffice converts with one call, within the time for one; a call that fails is made file by file."""

OPEN_SECONDS = 60.0
"""Wall-clock time for one 7z, rar or Outlook file to be opened."""

UNPACK_SECONDS = 120.0
"""Wall-clock time for an archive or a saved mail to be taken apart, all its levels together."""

FILES_PER_CHILD = 50
"""Libraries leak: a child is replaced after so many files."""

MAX_ANSWER_BYTES = 64 * MIB
"""Length of the answer of a child; the longest honest form stays under one."""

DRAW_SECONDS = 60.0
"""Wall-clock time for the pages of one file to be drawn; a page takes half a second."""

LAY_OUT_SECONDS = 100.0
"""Wall-clock time for an Office file to be laid out on pages; a form takes two to four seconds."""

MAX_LAID_PAGES = 40
MAX_LAID_CHARACTERS = 100_000
"""Pages that an Office file is laid out on, and their characters whose places are kept."""

MAX_PART_BYTES = 100 * MIB
"""One XML part of an office file, unpacked."""

MAX_OFFICE_BYTES = 500 * MIB
"""All parts of an office file, unpacked, pictures included."""

MAX_PAGES = 200
MAX_ROWS = 5000
MAX_COLUMNS = 100
MAX_MERGES = 20_000
MAX_TABLES = 500
MAX_TEXT = 1_000_000
"""Characters of text outside tables that are kept."""

MAX_PIXELS = 80_000_000
"""A picture with more is not decoded."""

ARCHIVE_LEVELS = 3
ARCHIVE_FILES = 200
ARCHIVE_BYTES = 300 * MIB
ARCHIVE_RATIO = 200
"""Unpacked over packed size of a file in an archive, looked at from ARCHIVE_RATIO_FROM bytes on."""

ARCHIVE_RATIO_FROM = 20 * MIB
