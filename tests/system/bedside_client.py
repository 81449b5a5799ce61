# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the bedside process, as the window is one: the slots of acquisition/bedside.rep over its local socket.

The wire is that of Qt Remote Objects (QDataStream, little endian): packets of a length, a kind, a name and what belongs to the kind.
The numbers of the slots are their order in bedside.rep, which is read for them."""
import pathlib
import re
import socket
import struct
import threading
import time

REP = pathlib.Path(__file__).resolve().parents[2] / "acquisition/bedside.rep"
HANDSHAKE, INIT, ADD_OBJECT, INVOKE, REPLY, PROPERTY, OBJECT_LIST, PING, PONG = 1, 2, 4, 6, 7, 8, 9, 10, 11
BOOL, INT, ULONGLONG, DOUBLE, STRING, STRING_LIST, USER = 1, 2, 5, 6, 10, 11, 65536  # QMetaType
NAME, VERSION = "Bedside", "QtRO 2.0"
IDLE, CONNECTED, STIMULATION, FINISHED, STOPPED, FAILED = 0, 2, 4, 6, 7, 8  # phases


def string(text: str) -> bytes:
    coded = text.encode("utf-16-le")
    return struct.pack("<I", len(coded)) + coded


def variant(value) -> bytes:
    """A QVariant: bool, int, str, list or dict of str, or a structure of bedside.rep as (its name, the values of its fields)."""
    if isinstance(value, bool):
        return struct.pack("<IbB", BOOL, 0, value)
    if isinstance(value, int):
        return struct.pack("<Ibi", INT, 0, value)
    if isinstance(value, str):
        return struct.pack("<Ib", STRING, 0) + string(value)
    if isinstance(value, list):
        return struct.pack("<IbI", STRING_LIST, 0, len(value)) + b"".join(map(string, value))
    if isinstance(value, dict):  # the values of a structure's fields are variants, and a QMap<QString,QString> is of a named type
        name = b"QMap<QString,QString>\0"
        return struct.pack("<IbI", USER, 0, len(name)) + name + struct.pack("<I", len(value)) + b"".join(
            string(k) + string(v) for k, v in value.items())
    if value[0] == "quint64":
        return struct.pack("<IbQ", ULONGLONG, 0, value[1])
    name = value[0].encode() + b"\0"
    return struct.pack("<IbI", USER, 0, len(name)) + name + b"".join(map(variant, value[1]))


class Reader:
    def __init__(self, data: bytes, order: str = "<"):
        self.data, self.at, self.order = data, 0, order

    def take(self, form: str):
        found, = struct.unpack_from(self.order + form, self.data, self.at)
        self.at += struct.calcsize(self.order + form)
        return found

    def bytes(self) -> bytes:
        length = self.take("I")
        if length == 0xFFFFFFFF:
            return b""
        self.at += length
        return self.data[self.at - length:self.at]

    def string(self) -> str:
        return self.bytes().decode("utf-16-le" if self.order == "<" else "utf-16-be")

    def variant(self):
        kind = self.take("I")
        self.take("b")
        if kind != USER:
            return {BOOL: lambda: bool(self.take("B")), INT: lambda: self.take("i"), ULONGLONG: lambda: self.take("Q"), DOUBLE: lambda: self.take("d"),
                    STRING: self.string}[kind]()
        name = self.bytes().rstrip(b"\0").decode()
        return self._list() if name == "QRemoteObjectPackets::QSQ_" else self.structure(name)

    def _list(self) -> list:
        """Two names of types, and bytes that are big endian: the name again, the count, the structures."""
        self.bytes(), self.bytes()
        inside = Reader(self.bytes(), ">")
        name = inside.bytes().rstrip(b"\0").decode()
        return [inside.structure(name) for _ in range(inside.take("I"))]

    def structure(self, name: str) -> dict:
        return {field: self.variant() for _, field in FIELDS[name]}


def read_rep() -> tuple:
    """(slots in their order, properties in their order, fields of each structure)"""
    text = re.sub(r"//.*", "", REP.read_text(encoding="utf-8"))
    slots = re.findall(r"SLOT\(\w+ (\w+)\(", text)
    properties = re.findall(r"PROP\(([\w<>]+) (\w+)", text)
    fields = {name: [tuple(f.split()) for f in re.split(r",\s*(?![^<]*>)", inside)] for name, inside in re.findall(r"POD (\w+)\(([^)]*)\)", text)}
    return slots, properties, fields


SLOTS, PROPERTIES, FIELDS = read_rep()


class BedsideClient:
    """Gives a sign of life ten times a second, and keeps the last status."""

    def __init__(self, socket_file: pathlib.Path, timeout_s: float = 10):
        self.status: dict = {}
        self.questions: list = []
        self.alarms: list = []
        self.lost = False
        self._replies: dict = {}
        self._serial = 0
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._socket = self._connected(socket_file, timeout_s)
        self._rest = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send(ADD_OBJECT, struct.pack("<B", False))
        self.until(lambda s: True, timeout_s, "the bedside process tells its status")
        self._alive = threading.Thread(target=self._live, daemon=True)
        self._alive.start()

    @staticmethod
    def _connected(socket_file: pathlib.Path, timeout_s: float) -> socket.socket:
        """Its name is there a moment before anybody listens."""
        deadline = time.monotonic() + timeout_s
        while True:
            talk = socket.socket(socket.AF_UNIX)
            try:
                talk.connect(str(socket_file))
                return talk
            except ConnectionRefusedError:
                talk.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def close(self):
        self.lost = True
        self._socket.close()

    def _send(self, kind: int, body: bytes):
        packet = struct.pack("<H", kind) + string(NAME) + body
        with self._sending:
            self._socket.sendall(struct.pack("<I", len(packet)) + packet)

    def _live(self):
        try:
            while not self.lost:
                self.call("heartbeat")
                time.sleep(0.1)
        except OSError:
            self.lost = True

    def call(self, slot: str, *arguments) -> int:
        """Does not wait. The serial number of the call."""
        with self._changed:
            self._serial += 1
            serial = self._serial
        self._send(INVOKE, struct.pack("<iiI", 0, SLOTS.index(slot), len(arguments)) + b"".join(map(variant, arguments)) +
                   struct.pack("<ii", serial if slot not in ("acknowledgeAlarm", "heartbeat", "stop", "endTest", "emergencyStop", "connectInstrument",
                                                             "disconnectInstrument") else -1, -1))
        return serial

    def ask(self, slot: str, *arguments, timeout_s: float = 10) -> str:
        """The objection, empty if there is none."""
        serial = self.call(slot, *arguments)
        with self._changed:
            if not self._changed.wait_for(lambda: serial in self._replies, timeout_s):
                raise AssertionError(f"the bedside process has not answered {slot}")
            return self._replies.pop(serial)

    def until(self, condition, timeout_s: float, what: str) -> dict:
        """The first status for which the condition holds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.lost or (self.status and condition(self.status)), timeout_s) or self.lost:
                raise AssertionError(f"{'the bedside process has gone' if self.lost else f'not within {timeout_s:g} s'}: {what}; "
                                     f"alarm \"{self.status.get('alarm')}\", trip \"{self.status.get('trip')}\"")
            return self.status

    def _read(self):
        try:
            while got := self._socket.recv(65536):
                self._rest += got
                while len(self._rest) >= 4 and len(self._rest) >= 4 + (size := struct.unpack_from("<I", self._rest)[0]):
                    packet, self._rest = self._rest[4:4 + size], self._rest[4 + size:]
                    self._take(Reader(packet))
        except OSError:
            pass
        with self._changed:
            self.lost = True
            self._changed.notify_all()

    def _take(self, packet: Reader):
        kind = packet.take("H")
        if kind == OBJECT_LIST:
            return
        name = packet.string()
        if kind == HANDSHAKE and name != VERSION:
            raise AssertionError(f"the bedside process speaks {name}, not {VERSION}")
        if kind == PING:
            self._send(PONG, b"")
        elif kind == INIT:
            for number in range(packet.take("I")):
                self._property(number, packet)
        elif kind == PROPERTY:
            self._property(packet.take("i"), packet)
        elif kind == REPLY:
            serial, answer = packet.take("i"), packet.variant()
            with self._changed:
                self._replies[serial] = answer
                self._changed.notify_all()

    def _property(self, number: int, packet: Reader):
        name, value = PROPERTIES[number][1], packet.variant()
        with self._changed:
            if name == "status":
                self.status = value
            elif name == "questions":
                self.questions = value
            elif name == "alarms":
                self.alarms = value
            self._changed.notify_all()

    # ---- what a person does ----

    def connect_instrument(self, url: str, timeout_s: float = 30):
        self.call("disconnectInstrument")  # so that the phase is that of this connection
        self.until(lambda s: s["phase"] == IDLE, timeout_s, "no instrument is connected")
        self.call("connectInstrument", url)
        found = self.until(lambda s: s["phase"] in (CONNECTED, FAILED), timeout_s, "the instrument has tested itself")
        assert found["phase"] == CONNECTED, found["alarm"]

    def acknowledge_alarms(self, timeout_s: float = 10):
        """All that are known here, as one who has seen them."""
        shown = {a["number"] for a in self.alarms}
        for number in shown:
            self.call("acknowledgeAlarm", ("quint64", number))
        self.until(lambda s: all(a["acknowledged"] for a in self.alarms if a["number"] in shown), timeout_s, "the alarms are acknowledged")

    def begin_test(self, protocol_file, recording_file, sites: list, timeout_s: float = 30, by_itself: bool = True):
        """To the beginning of its stimulation: each question is answered so that the test goes on."""
        said = self.ask("start", ("BedsideRequest", [str(protocol_file), str(recording_file), sites, {}, by_itself]))
        assert not said, said
        deadline = time.monotonic() + timeout_s
        while True:
            seen = self.until(lambda s: s["phase"] >= STIMULATION or s["stepAnswers"], max(0.1, deadline - time.monotonic()),
                              "the stimulation, or a step that is to be answered")
            if seen["phase"] >= STIMULATION:
                return
            for question in self.questions:
                if not question["answer"]:
                    self.ask("answerQuestion", question["id"], question["safeAnswer"], "", "")
            self.ask("confirmStep", seen["stepName"], seen["stepSite"], seen["stepAnswers"][0]["id"])
            with self._changed:
                self._changed.wait_for(lambda step=seen["stepName"]: self.status["stepName"] != step, 1)

    def until_over(self, timeout_s: float = 30) -> dict:
        return self.until(lambda s: s["phase"] >= FINISHED, timeout_s, "the end of the test")
