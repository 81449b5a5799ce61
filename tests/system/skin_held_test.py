#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""skin_held_test.py BIN_DIR: what a person does after a current that ended early, with the real programs.

STOP in the current asks for the skin. Whoever ends the test without an answer is refused the next one until it is said what was seen;
the recording of the next one keeps those words. An alarm of that next test stays until it is acknowledged, and the recording says by
whom; its skin is answered, and then nothing is held back any more."""
import contextlib
import json
import pathlib
import sqlite3
import sys
import tempfile

import bedside_client
import station as stations

SKIN = """[[step]]
id = "inspect"
kind = "operator"
title = "Look at the skin"
source = "test"
instruction = "Look at the skin."
each_site = true
after_every_current = true
[[step.answer]]
id = "grade_0"
text = "Nothing to see"
"""


def to_the_current(s, client, name: str) -> pathlib.Path:
    recording = s.out / f"{name}.eccrine"
    client.begin_test(s.protocol_file, recording, ["forearm"], by_itself=False)
    client.until(lambda seen: seen["sites"] and seen["sites"][0]["currentMa"] > 0.2, 30, "more than the contact probe flows")
    return recording


def refusal(s, client) -> str:
    return client.ask("start", ("BedsideRequest", [str(s.protocol_file), str(s.out / "refused.eccrine"), ["forearm"], {}, False]))


def kept(recording: pathlib.Path) -> tuple:
    with contextlib.closing(sqlite3.connect(f"file:{recording}?mode=ro", uri=True)) as database:
        return (dict(database.execute("SELECT key, value FROM recording").fetchall()),
                [(kind, json.loads(detail or "{}")) for kind, detail in database.execute("SELECT kind, detail FROM event ORDER BY id")])


def main(bin_dir: pathlib.Path):
    with tempfile.TemporaryDirectory(prefix="s-") as folder, \
            stations.Station(bin_dir, pathlib.Path(folder), speed=4, protocol=stations.protocol_text(hold_s=20) + SKIN) as s:
        s.out.mkdir()
        client = bedside_client.BedsideClient(s.begin_bedside())
        client.connect_instrument(s.url)

        to_the_current(s, client, "stopped")
        client.call("stop")
        client.until(lambda seen: seen["stepName"] == "inspect" and seen["stepSite"] == "forearm", 10, "the skin is asked for after STOP")
        client.until(lambda seen: not seen["currentFlowing"], 5, "the current is off")
        off = [a for a in client.alarms if a["kind"] == "current_off"]
        assert off and off[0]["priority"] == 0, f"STOP is what a person did, no alarm: {client.alarms}"
        client.call("endTest")
        assert client.until_over()["phase"] == bedside_client.STOPPED

        said = refusal(s, client)
        assert "The skin was not recorded" in said and "say what it was" in said, said
        assert not (s.out / "refused.eccrine").exists()
        client.until(lambda seen: seen["latch"], 10, "it is shown what holds the instrument back")
        said = client.ask("releaseLatch", "  ")
        assert said.startswith("Say what it was"), said
        words = "skin of the forearm seen at 10:40, no marks"
        assert client.ask("releaseLatch", words) == ""
        client.until(lambda seen: seen["phase"] == bedside_client.CONNECTED and not seen["latch"], 30, "it has tested itself and is free")

        recording = to_the_current(s, client, "next")
        s.inject("open_electrode site=forearm duration_s=2")
        client.until(lambda seen: seen["paused"], 20, "the current is paused")
        alarm = client.alarms[0]
        assert (alarm["kind"], alarm["priority"], alarm["acknowledged"]) == ("current_paused", 2, False), client.alarms
        assert "no contact at forearm" in alarm["sentence"], alarm
        client.acknowledge_alarms()
        assert client.alarms[0]["holds"], "it is still paused"
        client.call("stop")
        client.until(lambda seen: seen["stepName"] == "inspect", 10, "the skin is asked for")
        assert client.ask("confirmStep", "inspect", "forearm", "grade_0") == ""
        assert client.until_over()["phase"] == bedside_client.STOPPED
        meta, events = kept(recording)
        assert "skin was not recorded" in meta["meta.previous_trip"] and meta["meta.previous_trip.cause"] == words, meta
        seen = [detail for kind, detail in events if kind == "alarm_acknowledged"]
        assert seen and seen[0]["alarm"] == "current_paused", events

        to_the_current(s, client, "last")  # nothing holds it back
        client.call("endTest")
        client.until_over()
        client.close()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
