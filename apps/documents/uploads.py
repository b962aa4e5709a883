"""How uploads are received: in memory only, never in a plain file on the disk, and never more than is allowed."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class Kept(FileUploadHandler):
    """Keeps each file up to the limit of one and four times that of all; counts the rest without keeping it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = 4 * settings.DOCUMENT_LIMIT
        self.kept = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file."""
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece as long as there is room."""
        room = max(0, min(self.left, settings.DOCUMENT_LIMIT + 1 - self.kept.tell()))
        self.left -= min(room, len(raw_data))
        self.kept.write(raw_data[:room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file with its true size, even where it was cut off; the examination refuses it then."""
        self.kept.seek(0)
        name, media = str(self.file_name), str(self.content_type)
        return InMemoryUploadedFile(
            self.kept, self.field_name, name, media, file_size, self.charset, self.content_type_extra
        )
