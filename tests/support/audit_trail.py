# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads an audit trail by docs/formats/audit-trail.md alone: struct and hashlib, nothing of the program."""
import hashlib
import pathlib
import struct

HEAD = b"ECCRINE-AUDIT-1\n"
ACTIONS = {1: "config_refused", 2: "test_begun", 3: "test_ended", 4: "soft_limit_confirmed", 5: "latch_released", 6: "torn_entry_removed"}


class Fields:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        assert self.at + size <= len(self.data), "the entry ends within a field"
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, form: str) -> int:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]

    def text(self) -> str:
        return self.take(self.number("I")).decode("utf-8")

    def hash(self) -> str:
        return self.take(32).hex()


def entry_of(data: bytes) -> dict:
    f = Fields(data)
    entry = {"sequence": f.number("Q"), "utc_ns": f.number("q"), "boot_id": f.take(16).hex(), "monotonic_ns": f.number("Q"),
             "tz_offset_s": f.number("i"), "program": f.hash(), "actor": f.text(), "role": f.text(), "login": f.text(),
             "workstation": f.text(), "action": f.number("H"), "object_type": f.text(), "object_id": f.text(), "object_version": f.text(),
             "before": f.hash(), "after": f.hash(), "reason": f.text(), "previous": f.hash()}
    assert f.at == len(data), "the entry goes on behind its last field"
    return entry | {"action": ACTIONS.get(entry["action"], entry["action"])}


def read(file: pathlib.Path) -> list:
    """The entries; an assertion fails at the first that is not as the format says."""
    data = file.read_bytes()
    assert data.startswith(HEAD), "no head"
    at, previous, entries = len(HEAD), bytes(32), []
    while at < len(data):
        length, = struct.unpack_from("<I", data, at)
        body, stored = data[at + 4:at + 4 + length], data[at + 4 + length:at + 36 + length]
        assert len(body) == length and len(stored) == 32, "an entry is cut off"
        assert hashlib.sha256(b"SWEATAUD1" + body).digest() == stored, f"hash of entry {len(entries) + 1}"
        entry = entry_of(body)
        assert entry["sequence"] == len(entries) + 1 and entry["previous"] == previous.hex(), f"chain at entry {len(entries) + 1}"
        entries.append(entry | {"hash": stored.hex()})
        at, previous = at + 36 + length, stored
    return entries
