"""Text, tables and mails: UTF-8 without hidden control characters, and what the name promises."""

import re
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesParser

from django.utils.translation import gettext as _

from apps.documents.kinds import FileType, unfit
from apps.kernel.refusals import Refused

CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = re.compile(r"\s*(?:<!doctype|<html|<script|<svg|<\?xml|<\?php|<head|<body|<iframe)", re.IGNORECASE)
MAIL = re.compile(r"(?:^|\n)(?:from|date|subject|message-id|received):", re.IGNORECASE)
MOST_PARTS, LONGEST_HEAD = 100, 2**18


def text_type(content: bytes, extension: str) -> FileType:
    """The type of a content without known first bytes; among texts the extension says which it wants to be."""
    text = decoded(content)
    if MARKUP.match(text):
        raise unfit(_("Web pages and scripts cannot be attached: attach a PDF of the page."))
    if extension == "eml":
        head = text.replace("\r", "").partition("\n\n")[0]
        if len(head) > LONGEST_HEAD or not MAIL.search(head):
            raise unfit(_("The name ends in .eml, but the content is not a mail."))
        return FileType.EML
    if extension == "csv":
        if not re.search("[,;\t|]", text.partition("\n")[0]):
            raise unfit(_("The name ends in .csv, but its first line has no columns."))
        return FileType.CSV
    return FileType.TXT


def decoded(content: bytes) -> str:
    """The text of a content that is UTF-8 text; everything else is of an unknown type."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unknown() from error
    if CONTROL.search(text):
        raise unknown()
    return text


def unknown() -> Refused:
    """The content is of none of the types that are taken."""
    return unfit(_("The content is of no type that can be attached. Text must be saved as UTF-8."))


def mail_parts(content: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The readable words of a mail, and its attached files by their names."""
    try:
        mail = BytesParser(policy=policy.compat32).parsebytes(content)
        leaves = [part for part in mail.walk() if not part.is_multipart()]
        if len(leaves) > MOST_PARTS or any(part.get_content_type() == "message/rfc822" for part in mail.walk()):
            raise unfit(_("The mail contains other mails: attach these on their own."))
        words, files = _said(mail.get("subject", "")) + "\n", []
        for part in leaves:
            data = part.get_payload(decode=True)
            data = data if isinstance(data, bytes) else b""
            if name := part.get_filename():
                files.append((_said(name), data))
            elif part.get_content_maintype() == "text":
                words += data.decode(part.get_content_charset() or "utf-8", "replace") + "\n"
            else:
                raise unfit(_("A part of the mail has no name and is no text: attach it on its own."))
    except (MessageError, LookupError, ValueError, IndexError, RecursionError) as error:
        raise unfit(_("The file is damaged and cannot be opened.")) from error
    return words, files


def _said(header: object) -> str:
    """A line of a mail's head, in the letters that it stands for."""
    return str(make_header(decode_header(str(header))))
