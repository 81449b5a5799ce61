# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay of EFP/1 frames between host and instrument over TCP, in which frames can be dropped, doubled, replayed or damaged.

`edit(frame)` gives the wire bytes (without the delimiter) that are passed on in place of a frame; see docs/formats/efp.md."""
import select
import socket
import struct
import threading

HOST, DEVICE = "from the host", "from the device"
HELLO_REQUEST, SET_CURRENT, ARM, STOP, DATA, ANSWER = 0x01, 0x20, 0x22, 0x2F, 0x90, 0xA0


def unstuff(wire: bytes) -> bytes:
    """COBS, the decoding."""
    out, at = bytearray(), 0
    while at < len(wire):
        code = wire[at]
        out += wire[at + 1:at + code]
        at += code
        if code < 255 and at < len(wire):
            out.append(0)
    return bytes(out)


def stuff(raw: bytes) -> bytes:
    """COBS, the encoding."""
    out, block = bytearray(), bytearray()
    for byte in raw:
        if byte:
            block.append(byte)
        if not byte or len(block) == 254:
            out += bytes([len(block) + 1]) + block
            full = byte != 0
            block.clear()
            if full:
                continue
    if block or not raw or raw[-1] == 0:
        out += bytes([len(block) + 1]) + block
    return bytes(out)


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Frame:
    def __init__(self, origin: str, wire: bytes):
        self.origin, self.wire = origin, wire
        raw = unstuff(wire)
        self.whole = len(raw) >= 20
        self.type = raw[1] if self.whole else -1
        self.seq = struct.unpack_from("<I", raw, 4)[0] if self.whole else 0
        self.payload = raw[16:-4] if self.whole else b""

    def samples(self):
        """(stream, first index, ticks, bytes of the samples) of a DATA frame."""
        stream, _, _, _, ticks, _, first = struct.unpack_from("<BBBBHHQ", self.payload)
        return stream, first, ticks, self.payload[16:]

    def with_flipped_bits(self, bits) -> bytes:
        """The same with bits flipped on the line. A byte that becomes the delimiter is left out of it: that is another fault."""
        wire = bytearray(self.wire)
        for bit in bits:
            place = bit // 8 % len(wire)
            changed = wire[place] ^ (1 << bit % 8)
            wire[place] = changed if changed else wire[place] ^ (1 << (bit + 1) % 8)
        return bytes(wire)


class FrameRelay:
    """Listens on a port of its own, serves one host after the other."""

    def __init__(self, device_url: str, edit=lambda frame: (frame.wire,)):
        self.device_port = int(device_url.rsplit(":", 1)[1])
        self.edit = edit
        self.sent: dict = {}  # (stream, index of the tick) -> its bytes as the device sent them
        self.frames: list = []  # all from the host, in their order
        self.counts: dict = {}
        self.broken: list = []
        self._device = self._host = None
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._ends.set()
        self._thread.join(timeout=5)
        self._listener.close()

    def count(self, what: str):
        self.counts[what] = self.counts.get(what, 0) + 1

    def to_device(self, wire: bytes):
        """A frame from nowhere."""
        with self._lock:
            self._device.sendall(wire + b"\0")

    def _serve(self):
        while not self._ends.is_set():
            try:
                self._host, _ = self._listener.accept()
            except TimeoutError:
                continue
            try:
                self._device = socket.create_connection(("127.0.0.1", self.device_port), timeout=5)
                for end in (self._host, self._device):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    end.settimeout(5)
                self._pass_on()
            except OSError:
                pass
            finally:
                for end in (self._host, self._device):
                    if end is not None:
                        end.close()

    def _pass_on(self):
        pending = {self._host: b"", self._device: b""}
        while not self._ends.is_set():
            ready, _, _ = select.select(list(pending), [], [], 0.2)
            for end in ready:
                got = end.recv(65536)
                if not got:
                    return
                *wires, pending[end] = (pending[end] + got).split(b"\0")
                origin, to = (HOST, self._device) if end is self._host else (DEVICE, self._host)
                out = b""
                for wire in wires:
                    out += b"".join(each + b"\0" for each in self._edited(origin, wire)) if wire else b"\0"
                if out:
                    with self._lock:
                        to.sendall(out)

    def _edited(self, origin: str, wire: bytes):
        frame = Frame(origin, wire)
        if origin == HOST:
            self.frames.append(frame)
        elif frame.type == DATA:
            stream, first, ticks, data = frame.samples()
            width = len(data) // ticks
            for k in range(ticks):
                self.sent[stream, first + k] = data[k * width:(k + 1) * width]
        return self.edit(frame)

    def differing_ticks(self, recording) -> tuple:
        """(ticks in the recording, how many of them are not what the device sent) of all streams."""
        whole = wrong = 0
        for stream in sorted({s for s, _ in self.sent}):
            for first, ticks, _, _, data in recording.chunks(stream):
                width = len(data) // ticks
                for k in range(ticks):
                    whole += 1
                    wrong += self.sent.get((stream, first + k)) != data[k * width:(k + 1) * width]
        return whole, wrong
