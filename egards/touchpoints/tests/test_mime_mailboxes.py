"""Mails out of files and folders: each one once, in a stable order, and every file left out is told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from egards.touchpoints.mime import find_mail_files, read_maildir, split_mbox

FROM_LINE = b"From claire@exemple.fr Tue Nov  3 18:30:00 2026\n"
MAILS = [
    b"From: a@exemple.fr\nSubject: un\n\nBonjour\n",
    b"From: b@exemple.fr\nSubject: deux\n\nFrom here on Tue Nov  3 18:30:00 2026 it is text.\n>From there too.\n",
    b"From: c@exemple.fr\nSubject: trois\n\nligne\n\n\n",
    b"From: d@exemple.fr\nSubject: quatre\n\n",
]


def as_mboxrd(mails: list[bytes]) -> bytes:
    quoted = [re.sub(rb"^(>*From )", rb">\1", mail, flags=re.M) for mail in mails]
    return b"".join(FROM_LINE + mail + b"\n" for mail in quoted)


def as_mboxcl2(mails: list[bytes]) -> bytes:
    return b"".join(FROM_LINE + counted(mail) + b"\n" for mail in mails)


def counted(mail: bytes) -> bytes:
    head, _, body = mail.partition(b"\n\n")
    return b"%b\nContent-Length: %d\n\n%b" % (head, len(body), body)


def test_an_mboxrd_gives_its_mails_back(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    path.write_bytes(as_mboxrd(MAILS))
    assert [raw for _, raw in split_mbox(path)] == MAILS


def test_an_mboxcl2_gives_its_mails_back(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    path.write_bytes(as_mboxcl2(MAILS))
    assert [raw for _, raw in split_mbox(path)] == [counted(mail) for mail in MAILS]


def test_a_content_length_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    lying = [MAILS[0].replace(b"\n\n", b"\nContent-Length: 3\n\n"), MAILS[3]]
    path.write_bytes(as_mboxrd(lying))
    assert [raw for _, raw in split_mbox(path)] == lying


def test_offsets_are_those_of_the_separating_lines(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    content = as_mboxrd(MAILS)
    path.write_bytes(content)
    offsets = [offset for offset, _ in split_mbox(path)]
    assert len(offsets) == 4
    assert [content[offset : offset + len(FROM_LINE)] for offset in offsets] == [FROM_LINE] * 4


def test_windows_line_ends_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    path.write_bytes(as_mboxrd(MAILS).replace(b"\n", b"\r\n"))
    assert [raw for _, raw in split_mbox(path)] == [mail.replace(b"\n", b"\r\n") for mail in MAILS]


def test_a_sentence_that_starts_with_from_is_no_separator(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    mail = b"From: a@exemple.fr\n\nBonjour,\n\nFrom what I see, nothing came.\n"
    path.write_bytes(FROM_LINE + mail)
    assert [raw for _, raw in split_mbox(path)] == [mail]


@pytest.mark.parametrize("edge", [65_536 - 1_000, 65_536, 131_072 - 1_000, 131_072])
def test_a_separator_on_the_edge_of_a_block_is_seen(tmp_path: Path, edge: int) -> None:
    path = tmp_path / "boite"
    head = b"From: a@exemple.fr\n\n"
    mails = [head + b"x" * (edge - len(head) + shift) + b"\n" for shift in range(-14, 14)]
    path.write_bytes(as_mboxrd([*mails, MAILS[0]]))
    assert [raw for _, raw in split_mbox(path)] == [*mails, MAILS[0]]


def test_a_folder_gives_every_mail_and_tells_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(MAILS[0])
    (tmp_path / "sans-extension").write_bytes(MAILS[1])
    (tmp_path / "boite.mbox").write_bytes(as_mboxrd(MAILS[:2]))
    (tmp_path / "vide.eml").write_bytes(b"")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    (tmp_path / "vieux.msg").write_bytes(b"\xd0\xcf\x11\xe0 suite")
    (tmp_path / "sous").mkdir()
    (tmp_path / "sous" / "c").write_bytes(b"Subject: x\r\n\r\nBonjour")
    (tmp_path / "ailleurs").symlink_to("/etc")
    os.mkfifo(tmp_path / "tuyau")
    items = list(find_mail_files(tmp_path))
    assert [item.path for item in items if not item.skipped] == [
        "b.eml", "boite.mbox", "boite.mbox", "sans-extension", "sous/c",
    ]  # fmt: skip
    assert {item.path for item in items if item.skipped} == {
        "ailleurs", "photo.png", "tuyau", "vide.eml", "vieux.msg",
    }  # fmt: skip
    assert [item.raw for item in items if item.path == "boite.mbox"] == MAILS[:2]
    assert items == list(find_mail_files(tmp_path))


def test_one_file_is_a_path_too(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(MAILS[0])
    assert [(item.path, item.offset, item.raw) for item in find_mail_files(tmp_path / "b.eml")] == [
        ("b.eml", 0, MAILS[0])
    ]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(find_mail_files(tmp_path / "rien"))


def maildir(folder: Path) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    (folder / "cur" / "1700.a.hote:2,S").write_bytes(MAILS[0])
    (folder / "new" / "1600.b.hote").write_bytes(MAILS[1])
    (folder / "tmp" / "1800.c.hote").write_bytes(MAILS[2])
    return folder


def test_a_maildir_is_read_by_unique_names(tmp_path: Path) -> None:
    items = list(read_maildir(maildir(tmp_path)))
    assert [(item.path, item.raw) for item in items] == [("1600.b.hote", MAILS[1]), ("1700.a.hote", MAILS[0])]


def test_reading_a_mail_elsewhere_does_not_change_its_path(tmp_path: Path) -> None:
    folder = maildir(tmp_path / "Courrier")
    before = [item.path for item in find_mail_files(tmp_path)]
    (folder / "new" / "1600.b.hote").rename(folder / "cur" / "1600.b.hote:2,RS")
    assert [item.path for item in find_mail_files(tmp_path)] == before
    assert before == ["Courrier/1600.b.hote", "Courrier/1700.a.hote"]
