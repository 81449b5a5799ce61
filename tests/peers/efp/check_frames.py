#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check_frames.py EMIT NODE: our EFP/1 frames against the npm package cobs and crcmod, both ways; exit 1 at a difference.

EMIT prints one frame a line: wire bytes and what is in them (header and payload), in hex. With --read it decodes
wire bytes from stdin and prints header and payload, or the word "refused"."""
import pathlib
import random
import struct
import subprocess
import sys

try:
    from crcmod.predefined import mkPredefinedCrcFun
except ImportError:
    sys.exit("check_frames.py: crcmod is missing; install python3-crcmod")

emit, node = sys.argv[1], sys.argv[2]
crc32c = mkPredefinedCrcFun("crc-32c")
lines_script = pathlib.Path(__file__).with_name("cobs_lines.cjs")


def run(command: list[str], lines: list[bytes]) -> list[str]:
    text = "".join(line.hex() + "\n" for line in lines)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout.splitlines()


def cobs(direction: str, lines: list[bytes]) -> list[bytes]:
    return [bytes.fromhex(line) for line in run([node, "--no-deprecation", str(lines_script), direction], lines)]


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"check_frames.py: {what}")


def ours_decoded_by_theirs() -> int:
    pairs = [tuple(map(bytes.fromhex, line.split())) for line in run([emit], [])]
    check(len(pairs) > 4000, f"only {len(pairs)} frames were emitted")
    check({plain[1] for _, plain in pairs} >= {0x01, 0x81, 0x83, 0x02, 0x82, 0x10, 0x11, 0x90, 0x21, 0xA4, 0x22, 0x20, 0x2F,
                                               0xA0, 0xA1, 0xA3, 0x23, 0xFE}, "a message type was not emitted")
    decoded = cobs("decode", [wire[:-1] for wire, _ in pairs])
    check(len(decoded) == len(pairs), "cobs returned another number of frames")
    encoded = cobs("encode", decoded)
    for (wire, plain), raw, again in zip(pairs, decoded, encoded):
        name = f"frame of type {plain[1]:02x} with {len(plain) - 16} bytes"
        check(wire[-1] == 0 and 0 not in wire[:-1], f"{name}: a zero inside, or none at the end")
        check(len(wire) <= 1030, f"{name}: {len(wire)} bytes on the wire")
        check(raw[:-4] == plain, f"{name}: cobs decodes other bytes")
        check(struct.unpack("<I", raw[-4:])[0] == crc32c(plain), f"{name}: crcmod has another checksum")
        # npm cobs ends a final full block with one more 01; canonical is without
        check(again in (wire[:-1], wire[:-1] + b"\x01"), f"{name}: cobs encodes to other bytes")
    return len(pairs)


def theirs_decoded_by_ours() -> int:
    draw = random.Random(20)  # the same frames each time
    plains = []
    for length in list(range(0, 1005)) + [236, 237, 490, 491, 744, 745]:  # and around full blocks, without a zero
        kind = draw.randrange(3)
        payload = bytes(draw.randrange(1 if kind else 0, 256 if kind < 2 else 2) for _ in range(length))
        plains.append(bytes([1, draw.randrange(256)]) + bytes(draw.randrange(1, 256) for _ in range(14)) + payload)
    frames = [plain + struct.pack("<I", crc32c(plain)) for plain in plains]
    wires = [coded + b"\0" for coded in cobs("encode", frames)]
    for plain, wire, answer in zip(plains, wires, run([emit, "--read"], wires), strict=True):
        check(answer == plain.hex(), f"a frame with {len(plain) - 16} bytes and {len(wire)} on the wire is read as {answer[:60]}")
    damaged = [frame[:-4] + struct.pack("<I", crc32c(frame[:-4]) ^ 1 << draw.randrange(32)) for frame in frames]
    answers = run([emit, "--read"], [coded + b"\0" for coded in cobs("encode", damaged)])
    check(answers == ["refused"] * len(damaged), "a frame with a wrong checksum was read")
    return len(wires)


print(f"{ours_decoded_by_theirs()} of our frames and {theirs_decoded_by_ours()} of theirs agree")
