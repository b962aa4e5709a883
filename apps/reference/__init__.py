"""Code lists as rows with validity dates, their loaders, holiday calendars and validators."""
