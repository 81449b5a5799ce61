#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""unattended_test.py BIN_DIR: `eccrine run` and who answers the safety questions.

On the virtual instrument nobody does, and the recording says so. An instrument that is not simulated is played by the
virtual one behind a relay that takes the mark of simulation off each frame: there the test is refused, no recording is begun
and no current flows."""
import contextlib
import json
import pathlib
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading

import programs

SIMULATED = 1 << 2


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def decode(coded: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(coded):
        code = coded[at]
        out += coded[at + 1:at + code]
        at += code
        if code < 255 and at < len(coded):
            out.append(0)
    return bytes(out)


def encode(raw: bytes) -> bytes:
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


def unmarked(coded: bytes) -> bytes:
    """The same frame without the mark of simulation."""
    raw = decode(coded)
    flags, = struct.unpack_from("<H", raw, 2)
    plain = raw[:2] + struct.pack("<H", flags & ~SIMULATED) + raw[4:-4]
    return encode(plain + struct.pack("<I", crc32c(plain)))


def relay(target: tuple) -> int:
    """Listens on a port of its own; frames that come from the target lose their mark."""
    server = socket.create_server(("127.0.0.1", 0))

    def down(source: socket.socket, sink: socket.socket) -> None:
        rest = b""
        while data := source.recv(65536):
            *frames, rest = (rest + data).split(b"\0")
            sink.sendall(b"".join((unmarked(f) if f else b"") + b"\0" for f in frames))

    def up(source: socket.socket, sink: socket.socket) -> None:
        while data := source.recv(65536):
            sink.sendall(data)

    def quietly(pump, *ends) -> None:
        try:
            pump(*ends)
        except OSError:
            pass
        for end in ends:
            end.close()

    def serve() -> None:
        while True:
            client, _ = server.accept()
            device = socket.create_connection(target)
            threading.Thread(target=quietly, args=(down, device, client), daemon=True).start()
            threading.Thread(target=quietly, args=(up, client, device), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


def run(bin_dir: pathlib.Path, url: str, out: pathlib.Path, environment: dict) -> subprocess.CompletedProcess:
    return subprocess.run([bin_dir / "eccrine", "run", "qsart", "--instrument", url, "--out", out, "--json"],
                          env=environment, capture_output=True, text=True, timeout=400, check=False)


def safety_answers(recording: pathlib.Path) -> list:
    with contextlib.closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True)) as store:
        return [json.loads(detail) for detail, in store.execute("select detail from event where kind = 'safety_answer'")]


def main() -> int:
    bin_dir = pathlib.Path(sys.argv[1])
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = programs.environment(pathlib.Path(folder))
        out = pathlib.Path(folder) / "out"
        # A real instrument has the time of all of us: its self-test has to find the lease that it promises.
        with programs.instrument(bin_dir, "--tcp", "0", "--speed", "1", "--seed", "1") as instrument:
            host, port = instrument.line("url:", 10).removeprefix("tcp://").split(":")
            real = f"tcp://127.0.0.1:{relay((host, int(port)))}"
            refused = run(bin_dir, real, out, environment)
            print(refused.stderr, refused.stdout)
            if refused.returncode != 1:
                problems.append(f"a real instrument: exit code {refused.returncode}")
            if "nobody is with the patient" not in refused.stderr + refused.stdout:
                problems.append("a real instrument: the reason is not told")
            if list(out.glob("*")):
                problems.append(f"a real instrument: {[p.name for p in out.glob('*')]} is there")
        with programs.instrument(bin_dir, "--tcp", "0", "--speed", "20", "--seed", "1") as instrument:
            url = instrument.line("url:", 10)
            done = run(bin_dir, url, out, environment)
            if done.returncode != 0:
                problems.append(f"the virtual instrument: {done.stderr[-1000:]}")
        for recording in programs.recordings(out):
            answers = safety_answers(recording)
            print(len(answers), "answers")
            if len(answers) != 17:
                problems.append(f"{len(answers)} safety answers instead of 17")
            for answer in answers:
                if answer["answered_by"] != "nobody, simulated" or not answer["safe"]:
                    problems.append(f"answered: {answer}")
        if len(programs.recordings(out)) != 1:
            problems.append("there is not one recording")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
