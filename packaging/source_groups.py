#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""source_groups.py SOURCE...: sources of one target in groups that can be compiled as one, one group a line, its files
separated by semicolons. Most of the time of a compiler goes into headers that every file reads again."""
import pathlib
import re
import sys

GROUP = 10  # files; more need more memory and end later in one long group


def hidden_names(source: str) -> set[str]:
    """What a source defines for itself alone. Two files with the same one cannot be compiled as one."""
    names = set()
    text = pathlib.Path(source).read_text(encoding="utf-8")
    for part in re.findall(r"^namespace \{$(.*?)^\} // namespace$", text, re.DOTALL | re.MULTILINE):
        for line in part.splitlines():
            if test := re.match(r"(?:TYPED_)?TEST(?:_[FP])?\((\w+), (\w+)\)", line):
                names.add(f"{test[1]}_{test[2]}_Test")
            elif re.match(r"using .*::\w+;|INSTANTIATE_|namespace ", line):
                continue
            elif kind := re.match(r"(?:template <[^>]*> )?(?:class|struct|enum class|enum|union|using) (\w+)", line):
                names.add(kind[1])
            elif defined := re.match(r"(?!//|#|\}|template)\S.*?(\w+)(?=\s*[({=;\[])", line):
                names.add(defined[1])
    return names | set(re.findall(r"^(?:#define (?=\w)|using (?=\w+ =))(\w+)", text, re.MULTILINE))


def grouped(sources: list[str]) -> list[list[str]]:
    """The sources in groups of which no two define the same name for themselves."""
    groups: list[tuple[list[str], set[str]]] = []
    for source in sources:
        names = hidden_names(source)
        for files, taken in groups:
            if len(files) < GROUP and not names & taken:
                files.append(source)
                taken |= names
                break
        else:
            groups.append(([source], names))
    return [files for files, _ in groups]


if __name__ == "__main__":
    for group in grouped(sys.argv[1:]):
        print(";".join(group))
