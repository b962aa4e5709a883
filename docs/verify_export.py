#!/usr/bin/env python3
"""Checks an export of the audit logs without the portal: `python3 verify_export.py FILE [--root LOG=HASH …]`.

The file comes from `manage.py audit_verify --export FILE`: one JSON object a line with the log, the
hash before, the body that was hashed, and the hash. Each hash must be the SHA-256 of the hash before
followed by the body, each row must follow the row before it, and rows must be numbered 1, 2, 3 ….

A file alone cannot show that its last rows were cut off, or that everything was written anew. For
that, keep the roots that this script prints (each is the hash of a log's last row) where the
portal's operators cannot change them, and give them later with --root: the log must still hold that
row. Needs Python 3.9 or newer and nothing else.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path


class Log:
    """One log as far as it was read."""

    def __init__(self, name):
        self.name, self.rows, self.root, self.hashes = name, 0, "", set()

    def add(self, link):
        """Take one row; returns what is wrong with it."""
        faults = []
        self.rows += 1
        digest = hashlib.sha256((link["previous"] + link["body"]).encode()).hexdigest()
        number = json.loads(link["body"]).get("id")
        if number != self.rows:
            faults.append(f"row {number} stands where row {self.rows} must stand")
        if link["previous"] != self.root:
            faults.append(f"row {number} does not follow the row before it")
        if link["hash"] != digest:
            faults.append(f"row {number} was changed")
        self.root = link["hash"]
        self.hashes.add(link["hash"])
        return faults


def read(path):
    """The logs of the file by name, and all that is wrong in it."""
    logs, faults = {}, []
    with Path(path).open(encoding="utf-8") as file:
        for line, text in enumerate(file, start=1):
            try:
                link = json.loads(text)
                log = logs.setdefault(link["table"], Log(link["table"]))
                faults += [f"line {line}: {log.name}: {fault}" for fault in log.add(link)]
            except (ValueError, KeyError, TypeError, AttributeError):
                faults.append(f"line {line}: is not a row of an export")
    return logs, faults


def compare(logs, roots):
    """What is wrong with roots that were noted earlier, given as LOG=HASH."""
    for given in roots:
        name, _, root = given.partition("=")
        if name not in logs or root not in logs[name].hashes:
            yield f"{name}: the root {root or '(none)'} that was noted earlier is not in it"


def main():
    """Print each fault and each log's root; 1 if there is a fault."""
    parser = argparse.ArgumentParser(description="Checks an export of the audit logs.")
    parser.add_argument("file")
    parser.add_argument("--root", action="append", default=[], metavar="LOG=HASH", help="a root noted earlier")
    options = parser.parse_args()
    logs, faults = read(options.file)
    faults += compare(logs, options.root)
    for fault in faults:
        print(fault, file=sys.stderr)
    for log in logs.values():
        print(f"{log.name}: {log.rows} rows, root {log.root}")
    if not logs:
        print("The file holds no row.", file=sys.stderr)
    return 1 if faults or not logs else 0


if __name__ == "__main__":
    sys.exit(main())
