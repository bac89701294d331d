"""Inputs that nobody means well with, several hundred, and what the command must make of each: one line, exit code 2.

    python tests/support/hostile.py [WORDS]     each in a process of its own: code, seconds, memory, and what it said

``WORDS`` picks the cases whose names hold them. The tests load this file with ``runpy.run_path`` and run all cases in
a few processes, some in processes of their own.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

MOST_MEMORY = 1200 * 2**20
"""Bytes that a process may hold at its peak."""
LIMITS = {resource.RLIMIT_CPU: 20, resource.RLIMIT_AS: 4 * 2**30, resource.RLIMIT_CORE: 0}
"""Of processes: seconds and bytes, so that a case that goes wrong does no harm."""
MIB = 2**20

SHOP = '{"schema":"schedsolve/1","kind":"jobshop",'
PROJECT = '{"schema":"schedsolve/1","kind":"rcpsp",'
ONE = '"num_machines":1,"job_ptr":[0,1],"alt_ptr":[0,1],"machine":[0],"duration":[1]'

NUMBERS = {
    "underscore": "1_0",
    "fullwidth": "５",
    "Arabic": "٣",
    "superscript": "²",
    "hexadecimal": "0x3",
    "words": "3 3x",
    "fraction": "3.5",
    "no number": "nan",
    "infinite": "inf",
    "negative": "-3",
    "25 digits": "9" * 25,
    "5,000 digits": "9" * 5000,
    "a million digits": "9" * 10**6,
    "escape sequence": "\x1b]0;owned\x07",
    "long word": "x" * 200_000,
}
"""None of them is a duration in any format."""

SAMPLES = {
    "shop.jsp": "2 2\n0 @ 1 4\n1 2 0 6\n",
    "shop.fjs": "2 2 1.0\n2 1 1 @ 1 2 4\n1 1 1 5\n",
    "shop.osp": "2 2\n@ 4\n2 6\n",
    "shop.fsp": "2 2\n@ 4\n2 6\n",
    "shop.csv": "job,step,machine,duration\nA,1,saw,@\nB,1,saw,4\n",
    "shop.json": SHOP + ONE.replace("[1]}", "[@]}").replace('"duration":[1]', '"duration":[@]') + "}",
    "tasks.csv": "# resource: crew = 2\nid,duration,predecessors,resources\n1,@,,crew\n2,4,1,crew\n",
    "project.json": PROJECT + '"mode_ptr":[0,1,2],"duration":[@,2],"capacity":[1],"demand":[[1],[1]]}',
    "project.rcp": "4 1\n2\n0 0 2 2 3\n@ 1 1 4\n3 1 1 4\n0 0 0\n",
    "project.sch": "2 1 0 0\n0 1 2 1 2 [0] [0]\n1 1 1 3 [3]\n2 1 1 3 [2]\n3 1 0\n"
    "0 1 0 0\n1 1 @ 1\n2 1 2 1\n3 1 0 0\n2\n",
    "project.def": "Tasks: 1\nResources: 1\n====\nResourceID Salary Skills\n1 5.0 Q0: 1\n====\n"
    "TaskID Duration Skill Predecessors\n1 @ Q0: 0\n====\n",
    "project.sm": "jobs (incl. supersource/sink ): 3\n  - renewable : 1 R\n  - nonrenewable : 0 N\n"
    "PRECEDENCE RELATIONS:\njobnr. #modes #successors successors\n1 1 1 2\n2 1 1 3\n3 1 0\n****\n"
    "REQUESTS/DURATIONS:\njobnr. mode duration R 1\n1 1 0 0\n2 1 @ 1\n3 1 0 0\n****\n"
    "RESOURCEAVAILABILITIES:\nR 1\n2\n****\n",
    "plan.xml": '<?xml version="1.0"?>\n<Project><StartDate>2026-03-30T08:00:00</StartDate><Tasks><Task><UID>1</UID>'
    "<OutlineLevel>1</OutlineLevel><Priority>@</Priority><Duration>PT8H0M0S</Duration></Task></Tasks></Project>\n",
    "plan.gan": '<?xml version="1.0"?>\n<project><tasks><task id="1" name="a" start="2026-03-30" duration="@"/>'
    "</tasks></project>\n",
    "ft06.solution.json": SHOP + '"role":"solution","start":[@]}',
    "runs.jsonl": '{"type":"run","kind":"jobshop","instance":"a","problem":"x","engine":"auto","seed":@,"threads":1,'
    '"time_limit":1.0,"iterations":null,"params":{},"status":"UNKNOWN","wall_seconds":1.0}\n',
    "options.toml": "seed = @\n",
}
"""A small file of each format; ``@`` stands for a number that cannot be any of ``NUMBERS``."""

FINE = {
    ("negative", "ft06.solution.json"),
    ("negative", "runs.jsonl"),
    ("25 digits", "runs.jsonl"),
    ("25 digits", "options.toml"),
    ("underscore", "options.toml"),
    ("hexadecimal", "options.toml"),
}
"""Pairs that the formats allow."""


class Case(NamedTuple):
    """A call of the command."""

    name: str
    arguments: tuple[str, ...]
    stdin: str = ""
    """A command of the shell whose output is standard input; only in a process of its own."""
    environment: tuple[tuple[str, str], ...] = ()
    codes: tuple[int, ...] = (2,)


class Outcome(NamedTuple):
    """What came of it; ``peak`` in bytes."""

    code: int
    err: str
    seconds: float
    peak: int


def cases(folder: Path, seed: int = 0) -> list[Case]:
    """All cases, their files written to ``folder``."""
    rng = random.Random(seed)
    files = _Files(folder)
    kinds = (_texts, _tables, _long_tables, _xml, _native, _strange, _options, _streams)
    return [*_numbers(files), *_bytes(files, rng), *_bombs(files), *(case for kind in kinds for case in kind(files))]


class _Files:
    """Writes files, each in a folder of its own: suffix and name belong to the input."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.count = 0

    def write(self, name: str, content: str | bytes) -> Path:
        self.count += 1
        path = self.folder / str(self.count) / name
        path.parent.mkdir()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def case(self, what: str, name: str, content: str | bytes, command: str = "", **fields: Any) -> Case:
        """The case of a file: the command that reads such a one."""
        path = str(self.write(name, content))
        return Case(f"{name}: {what}", _arguments(path, command or _command(name)), **fields)


def _command(name: str) -> str:
    commands = {".toml": "solve ft06 --engine dispatch --params", ".jsonl": "compare"}
    return "validate ft06" if ".solution." in name else commands.get(Path(name).suffix, "info")


def _arguments(path: str, command: str) -> tuple[str, ...]:
    words = command.split()
    return tuple(path if word == "FILE" else word for word in words) if "FILE" in words else (*words, path)


def _numbers(files: _Files) -> Iterator[Case]:
    for name, text in SAMPLES.items():
        for what, number in NUMBERS.items():
            if (what, name) not in FINE:
                yield files.case(what, name, text.replace("@", number))


def _bytes(files: _Files, rng: random.Random) -> Iterator[Case]:
    """Damage of every kind to files that are right otherwise."""
    for name, text in SAMPLES.items():
        good = text.replace("@", "3").encode()
        middle = len(good) // 2
        packed = gzip.compress(good * 50, mtime=0)
        noise = bytes(rng.randrange(256) for _ in range(300)) + b"\xff"
        yield files.case("NUL within", name, good[:middle] + b"\0" + good[middle:])
        yield files.case("no UTF-8", name, good[:middle] + b"\xff" + good[middle:])
        yield files.case("UTF-16", name, text.encode("utf-16"))
        yield files.case("UTF-32", name, text.encode("utf-32"))
        yield files.case("noise", name, noise)
        yield files.case("gzip cut short", name, packed[: len(packed) // 2])
        yield files.case("gzip with a wrong sum", name, packed[:-8] + b"\1\2\3\4" + packed[-4:])
        yield files.case("gzip within gzip", name, gzip.compress(gzip.compress(good)))
    for name in ("bytes", "bytes.txt", "bytes.json"):
        yield files.case("a TFLite head", name, b"\x1c\0\0\0TFL3" + bytes(5000))
        yield files.case("half a letter at the end of 64 KiB", name, b"x" * (2**16 - 1) + b"\xc3")
        yield files.case("half a letter at the end of all", name, b"{" + b"x" * 2**17 + b"\xe2\x82")
    for name in SAMPLES:
        if not name.endswith((".toml", ".jsonl")):
            yield files.case("empty", name, b"")
            yield files.case("blanks", name, b" \t\r\n" * 1000)


def _bombs(files: _Files) -> Iterator[Case]:
    """Little files that unpack to very large ones."""
    for name in ("bomb.json", "bomb.jsp", "bomb.xml", "bomb.csv", "bomb.solution.json", "bomb.jsonl", "bomb.toml"):
        yield files.case("3 GB of blanks", name, bomb(b" "))
    yield files.case("3 GB of line ends", "bomb.txt", bomb(b"\n"))
    yield files.case("3 GB of NUL", "bomb.txt", bomb(b"\0"))
    yield files.case("3 GB of numbers", "bomb.json", bomb(b"0,", (SHOP + '"duration":[').encode()))
    yield files.case("3 GB of numbers", "bomb.jsp", bomb(b"0 1 ", b"1 1\n"))
    yield files.case("3 GB in 48 members", "bomb.jsp", gzip.compress(b" " * 64 * MIB) * 48)
    yield files.case("100,000 empty members", "members.jsp", gzip.compress(b"") * 100_000)
    yield files.case(
        "a limit reached", "bomb.jsp", bomb(b"\n", size=96), environment=(("SCHEDSOLVE_MAX_INPUT", "80M"),)
    )


def bomb(unit: bytes, head: bytes = b"", size: int = 3072) -> bytes:
    """A gzip file that unpacks to ``size`` MiB of the same, in one member; its sum is wrong, if anybody gets so far."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(unit * (8 * MIB // len(unit))) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * (size // 8) + packer.flush()


def _texts(files: _Files) -> Iterator[Case]:
    """Texts of numbers: long ones, and heads that promise more than there is."""
    yield files.case("a long first line", "long.txt", "x" * 140_000)
    yield files.case("a long first line of cells", "long.txt", "a," * 100_000)
    yield files.case("a line of 12 MB", "long.jsp", "1 1\n" + "0 1 " * 3_000_000)
    yield files.case("7 million words", "long.jsp", "1 1\n" + ("0 1 " * 50 + "\n") * 70_000)
    yield files.case("7 million words", "long.sm", SAMPLES["project.sm"] + "REQUESTS/DURATIONS:\n" + "1 " * 7_000_000)
    yield files.case("3 million lines", "long.jsp", "1 1\n" * 3_000_000)
    yield files.case("a million blank lines", "long.txt", "\n" * 1_000_000 + "x")
    yield files.case("100,000 instances", "many.txt", "instance a\n" * 100_000)
    for head in ("1000000000 2", "2 1000000000", "1000000000 1000000000", "9007199254740991 3"):
        for name in ("huge.jsp", "huge.fjs", "huge.osp", "huge.fsp", "huge.rcp", "huge.txt"):
            yield files.case(f"the head {head}", name, f"{head}\n0 5\n")
    yield files.case("a machine of a billion", "huge.jsp", "1 1000000001\n1000000000 5\n")
    for head in ("1000000000 2 0 0", "2 1000000000 0 0", "9007199254740990 1 0 0"):
        yield files.case(f"the head {head}", "huge.sch", f"{head}\n0 1 1 1 [0]\n")
    yield files.case("a billion successors", "huge.rcp", "4 1\n2\n0 0 1000000000 2\n")
    yield files.case("a billion jobs", "huge.sm", SAMPLES["project.sm"].replace(": 3", ": 1000000000"))
    yield files.case("a billion resources", "huge.sm", SAMPLES["project.sm"].replace(": 1 R", ": 1000000000 R"))
    modes = SAMPLES["project.sm"].replace("2 1 1 3", "2 1000000000 1 3").replace("@", "3")
    yield files.case("a billion modes", "huge.mm", modes)
    people = "".join(f"{k} 5.0 Q0: 1\n" for k in range(2000))
    tasks = "".join(f"{k} 1 Q0: 0\n" for k in range(2000))
    text = f"====\nResourceID Salary Skills\n{people}====\nTaskID Duration Skill\n{tasks}====\n"
    yield files.case("2,000 tasks for 2,000 people", "huge.def", text)
    yield files.case("300 tasks for 300 people", "huge.def", _skills(300))


def _skills(n: int) -> str:
    people = "".join(f"{k} 5.0 Q0: 1\n" for k in range(n))
    tasks = "".join(f"{k} 1 Q0: 0\n" for k in range(n))
    return f"====\nResourceID Salary Skills\n{people}====\nTaskID Duration Skill\n{tasks}====\n"


def _tables(files: _Files) -> Iterator[Case]:
    head, tasks = "job,step,machine,duration", "id,duration"
    yield files.case("a million columns", "wide.csv", head + "".join(f",c{k}" for k in range(10**6)) + "\nA,1,saw,3\n")
    yield files.case("2,000 columns", "wide.csv", tasks + "".join(f",c{k}" for k in range(2000)) + "\n1,3\n")
    yield files.case("50,000 comments", "wide.csv", "".join(f"# c{k}: 1\n" for k in range(50_000)) + head + "\n")
    yield files.case("a cell of 200,000", "long.csv", f"{head}\nA,1,{'x' * 200_000},3\n")
    yield files.case("a column name of 200,000", "long.csv", f"{head},{'x' * 200_000}\nA,1,saw,3\n")
    yield files.case("a machine list of 200,000", "long.csv", f"# machines: {'x' * 200_000}\n{head}\nA,1,saw,3\n")
    yield files.case("600,000 rows", "long.csv", tasks + "\n" + "1,1\n" * 600_000)
    yield files.case("a quote left open", "open.csv", f'{head}\nA,1,"saw,3\n' + "B,1,saw,3\n" * 20_000)
    yield files.case("a misspelt column", "near.csv", head.replace("duration", "duratoin") + "\nA,1,saw,3\n")
    rows = "".join(f"{k},1,r{k}\n" for k in range(6000))
    yield files.case("6,000 tasks and resources", "dense.csv", f"id,duration,resources\n{rows}")
    yield files.case("far predecessor", "far.csv", f"id,duration,predecessors\n1,3,{'9' * 30_000}\n")
    for what, date in {
        "a far date": "9999-12-31T23:59",
        "the year 10000": "10000-01-01",
        "no date": "2026-02-30",
    }.items():
        text = f"# origin: 0001-01-01\n# calendar: a = mon 08:00-09:00\nid,duration,due\n1,3d,{date}\n"
        yield files.case(what, "date.csv", text)
    yield files.case("a non-ASCII date", "date.csv", f"# origin: 2026-01-05é08:00\n{head},due\nA,1,saw,3,\n")
    yield files.case("a tick of 0", "tick.csv", f"# tick: 0\n{head}\nA,1,saw,3\n")
    yield files.case("a tick with underscore", "tick.csv", f"# tick: 6_0\n{head}\nA,1,saw,3\n")
    yield files.case("a tick in Arabic", "tick.csv", f"# tick: ٦\n{head}\nA,1,saw,3\n")
    yield files.case("a calendar that never works", "never.csv",
                     "# origin: 2026-01-05\n# calendar: a = mon off\nid,duration\n1,3d\n")  # fmt: skip
    yield files.case("a length of 999,999,999 weeks", "long.csv",
                     "# origin: 2026-01-05\n# calendar: a = mon 08:00-09:00\nid,duration\n1,999999999w\n")  # fmt: skip


def _long_tables(files: _Files) -> Iterator[Case]:
    """Tables whose parts are so long or so many that going through them once more for each would take for ever."""
    head, project = "job,step,machine,duration\n", "# origin: 2026-01-01\n"
    texts = {
        "a comment of blanks": "# a:" + " " * 2_000_000 + "\n" + head,
        "a predecessor of blanks": "id,duration,predecessors\n1,2,\n2,3,1" + " " * 120_000 + "x\n",
        "two rows with a machine of 130,000": head + f"A,1,{'x' * 130_000},3\n" * 2,
        "a rate of 100,000 digits": "# discount_rate: " + "9" * 100_000 + "\nid,duration\n1,2\n",
        "an objective of 100,000": "# objective: " + "x" * 100_000 + "\nid,duration\n1,2\n",
        "5,001 calendars": project
        + "".join(f"# calendar: c{k} = mon 08:00-09:00\n" for k in range(5001))
        + "id,duration,calendar\n"
        + "".join(f"{k},1,c{k}\n" for k in range(5001)),
        "300 calendars of ten years": project
        + "".join(f"# calendar: c{k} = 2026-01-01..2036-01-01 off\n" for k in range(300))
        + "id,duration\n1,1\n",
        "a calendar of 300 times ten years": project
        + f"# calendar: c = {'2026-01-01..2036-01-01 off;' * 300}\nid,duration\n1,1\n",
        "2 million links": "id,duration,predecessors\n1,1,\n"
        + "".join(f"{k},1,{'1;' * 2000}\n" for k in range(2, 1000)),
        "100,000 resources": "".join(f"# resource: x{k} = 1\n" for k in range(100_000))
        + "id,duration\n"
        + "".join(f"{k},1\n" for k in range(300)),
    }
    for what, text in texts.items():
        yield files.case(what, "square.csv", text)


def _xml(files: _Files) -> Iterator[Case]:
    laughs = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
    bodies = {
        "billion laughs": f'<!DOCTYPE p [<!ENTITY l0 "ha">{laughs}]><Project>&l9;</Project>',
        "an outside entity": '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project>&x;</Project>',
        "a far doctype": "<!-- a -->" * 50_000 + "<!DOCTYPE p><Project/>",
        "a doctype behind a broken head": '<?xml version="1.0" ' + " " * 200_000 + "<!DOCTYPE p><Project/>",
        "100,000 open tags": "<Project>" + "<a>" * 100_000,
        "2 million elements": "<Project>" + "<a/>" * 2_000_000 + "</Project>",
        "a tag of 20 MB": "<Project " + "".join(f'a{k}="1" ' for k in range(1_500_000)) + "/>",
        "a comment of 20 MB": "<Project><!--" + "x" * 20_000_000 + "--></Project>",
        "a text of 20 MB": "<Project><Tasks>" + "x\n" * 10_000_000 + "</Tasks></Project>",
        "no end": "<Project><Tasks>",
        "another root": "<Plan/>",
        "HTML": "<!DOCTYPE html><html></html>",
        "half a tag": "<",
        "no tasks": "<Project/>",
    }
    for what, body in bodies.items():
        yield files.case(what, "bad.xml", body)
        if what in ("billion laughs", "a far doctype", "100,000 open tags", "no end"):
            yield files.case(what, "bad.gan", body.replace("Project", "project"))
    head = "<Project><StartDate>2026-03-30T08:00:00</StartDate>"
    task = "<Task><UID>{0}</UID><OutlineLevel>{1}</OutlineLevel><Name>{2}</Name></Task>"
    deep = "".join(task.format(k, k, "phase") for k in range(1, 60_000))
    yield files.case("60,000 levels", "deep.xml", f"{head}<Tasks>{deep}</Tasks></Project>")
    wide = "".join(task.format(k, 1 + (k > 1), "n" * (1_000_000 if k == 1 else 1)) for k in range(1, 200))
    yield files.case("200 names of a million", "long.xml", f"{head}<Tasks>{wide}</Tasks></Project>")
    phases = task.format(1, 1, "a") + "".join(task.format(k, 2, "b") for k in range(2, 3002))
    link = "<Task><UID>9000</UID><OutlineLevel>1</OutlineLevel>{}</Task>".format(
        "<PredecessorLink><PredecessorUID>1</PredecessorUID></PredecessorLink>")  # fmt: skip
    inner = "".join(task.format(k, 2, "c") for k in range(9001, 12001))
    yield files.case("9 million links", "links.xml", f"{head}<Tasks>{phases}{link}{inner}</Tasks></Project>")
    period = "<TimePeriod><FromDate>2000-01-01</FromDate><ToDate>2099-12-31</ToDate></TimePeriod>"
    off = f"<Exception>{period}</Exception>" * 2000
    calendars = f"<Calendars><Calendar><UID>1</UID><Exceptions>{off}</Exceptions></Calendar></Calendars>"
    yield files.case("2,000 exceptions of a century", "days.xml", f"{head}{calendars}</Project>")
    base = f"<Calendar><UID>0</UID><Exceptions><Exception>{period}</Exception></Exceptions></Calendar>"
    derived = "".join(f"<Calendar><UID>{k}</UID><BaseCalendarUID>0</BaseCalendarUID></Calendar>" for k in range(1, 500))
    yield files.case("500 derived calendars", "days.xml", f"{head}<Calendars>{base}{derived}</Calendars></Project>")
    times = "".join(
        f"<WorkingTime><FromTime>{k // 3600:02}:{k // 60 % 60:02}:{k % 60:02}</FromTime>"
        f"<ToTime>{k // 3600:02}:{k // 60 % 60:02}:{k % 60 + 1:02}</ToTime></WorkingTime>"
        for k in range(0, 86000, 4)
    )
    week = "".join(
        f"<WeekDay><DayType>{d}</DayType><DayWorking>1</DayWorking><WorkingTimes>{times}</WorkingTimes></WeekDay>"
        for d in (2, 3)
    )
    calendar = f"<Calendars><Calendar><UID>1</UID><WeekDays>{week}</WeekDays></Calendar></Calendars>"
    late = (
        "<Tasks><Task><UID>1</UID><Duration>PT8H0M0S</Duration><Deadline>2100-01-01T00:00:00</Deadline></Task></Tasks>"
    )
    yield files.case(
        "a break each second", "breaks.xml", f"{head}<CalendarUID>1</CalendarUID>{calendar}{late}</Project>"
    )
    vacations = '<vacation resourceid="1" start="2000-01-01" end="2009-12-31"/>' * 2000
    gan = (
        SAMPLES["plan.gan"]
        .replace("@", "3")
        .replace(
            "</project>",
            f'<resources><resource id="1" name="a"/></resources><vacations>{vacations}</vacations></project>',
        )
    )
    yield files.case("2,000 vacations of ten years", "days.gan", gan)


def _native(files: _Files) -> Iterator[Case]:
    deep = "[" * 100_000
    documents = {
        "100,000 open lists": deep,
        "100,000 open objects": '{"a":' * 100_000,
        "a deep name": SHOP + f'"name":{deep}',
        "a list as kind": '{"schema":"schedsolve/1","kind":[]}',
        "an object as kind": '{"schema":"schedsolve/1","kind":{}}',
        "a list as role": SHOP + '"role":[]}',
        "an object as schema": '{"schema":{},"kind":"jobshop"}',
        "a schema of 200,000": f'{{"schema":"{"x" * 200_000}"}}',
        "a kind of 200,000": f'{{"schema":"schedsolve/1","kind":"{"x" * 200_000}"}}',
        "a kind with escapes": '{"schema":"schedsolve/1","kind":"\\u001b[31m"}',
        "a million fields": "{" + ",".join(f'"f{k}":0' for k in range(10**6)) + "}",
        "a lone surrogate": SHOP + ONE + ',"name":"\\ud800"}',
        "a billion machines": SHOP + ONE.replace('"num_machines":1', '"num_machines":1000000000') + "}",
        "a billion calendars": PROJECT + '"mode_ptr":[0,1],"duration":[1],"capacity":[],"num_calendars":1000000000}',
        "setups of 2,000 families": SHOP + ONE.replace('"num_machines":1', '"num_machines":9')
        + ',"initial_setup":' + json.dumps([[1] * 2000] * 9) + ',"setup_family":[0]}',
        "20,000 modes x 20,000 resources": PROJECT + '"mode_ptr":[0,20000],"duration":' + json.dumps([1] * 20000)
        + ',"capacity":' + json.dumps([1] * 20000) + "}",
        "20,000 modes x 20,000 reservoirs": PROJECT + '"mode_ptr":[0,20000],"duration":' + json.dumps([1] * 20000)
        + ',"capacity":[],"reservoir_initial":' + json.dumps([1] * 20000) + "}",
        "durations near 2^53": PROJECT + '"mode_ptr":[0,1,2],"capacity":[],"duration":' + json.dumps([2**53] * 2) + "}",
        "a duration of 2^64": SHOP + ONE.replace('"duration":[1]', '"duration":[18446744073709551616]') + "}",
        "a far mode_ptr": PROJECT + '"mode_ptr":[0,9007199254740992],"duration":[1],"capacity":[]}',
        "a falling job_ptr": SHOP + ONE.replace('"job_ptr":[0,1]', '"job_ptr":[0,-5,1]') + "}",
        "a tick beyond all dates": SHOP + ONE + ',"origin":"2026-01-05T06:00","tick":9007199254740992}',
        "a tick of 2^70": SHOP + ONE + ',"tick":1180591620717411303424}',
        "no origin": SHOP + ONE + ',"origin":"2026-13-45"}',
        "an origin before the calendar": SHOP + ONE + ',"origin":"0001-01-01T00:00+14:00"}',
        "an origin with other digits": SHOP + ONE + ',"origin":"２０２６-01-05"}',
        "two documents": SHOP + ONE + "}{}",
        "no end": SHOP + ONE,
        "NaN": SHOP + ONE.replace('"duration":[1]', '"duration":[NaN]') + "}",
        "a text as list": SHOP + ONE.replace("[1]", '"1"') + "}",
        "another schema": '{"schema":"other/1","kind":"jobshop"}',
        "no schema": "{" + ONE + "}",
        "a schema within": '{"a":{"schema":"schedsolve/1","kind":"jobshop"}}',
        "another schema behind 5,000 blanks": "{" + " " * 5000 + '"schema":"other/1"}',
        "a number as document": "7",
        "null": "null",
        "a field of two million": SHOP + f'"{"x" * 2_000_000}":1}}',
        "an objective of a million": SHOP + ONE + f',"objective":["{"x" * 10**6}"]}}',
        "rows of unequal length": SHOP + ONE + ',"transport":[[1],[1,2]]}',
    }  # fmt: skip
    for what, text in documents.items():
        yield files.case(what, "bad.json", text)
    for what in ("no schema", "another schema", "a schema within"):
        yield files.case(what, "bad", documents[what])
    for what in ("100,000 open lists", "a deep name", "a list as kind", "no end", "null"):
        text = documents[what].replace(SHOP, SHOP + '"role":"solution",')
        yield files.case(what, "bad.solution.json", text)
        yield files.case(f"{what}, as a hint", "bad.solution.json", text, "solve ft06 --engine dispatch --hint")
    yield files.case("deep settings", "bad.solution.json", SHOP + f'"role":"result","settings":{deep}}}')
    yield files.case("deep parameters", "deep.jsonl", '{"type":"run","params":{"a":{"b":' + "[" * 5000 + "\n")
    yield files.case("a million empty objects", "many.jsonl", "{}\n" * 10**6)
    for command in (
        "solve FILE --time-limit 2",
        "explain FILE",
        "convert FILE -",
        "validate FILE FILE",
        "bench FILE -o x.jsonl",
    ):
        yield files.case(
            f"{command.split()[0]} with a billion machines", "bad.json", documents["a billion machines"], command
        )


def _strange(files: _Files) -> Iterator[Case]:
    """Problems that are allowed, but hard to do anything with: with the longest times, names and lists."""
    far, n = 2**53, 20_000
    shop = json.loads(SHOP + ONE + "}")
    project = json.loads(PROJECT + '"mode_ptr":[0,1,2],"duration":[3,2],"capacity":[1],"demand":[[1],[1]]}')
    two = shop | {"job_ptr": [0, 1, 2], "alt_ptr": [0, 1, 2], "machine": [0, 0], "duration": [1, 1]}
    chain = project | {"mode_ptr": list(range(n + 1)), "duration": [1] * n, "demand": [[1]] * n,
                       "link_from": list(range(n - 1)), "link_to": list(range(1, n))}  # fmt: skip
    calendar = project | {"num_calendars": 1, "task_calendar": [0, 0], "pause": [True, True], "origin": "2026-01-01"}
    documents = {
        "100,000 machines": shop | {"num_machines": 100_000},
        "100,000 calendars": project | {"num_calendars": 100_000},
        "the longest duration": shop | {"duration": [far]},
        "the latest release": shop | {"release": [far], "origin": "2026-01-01"},
        "the longest setup": two | {"setup": [[[0, far], [far, 0]]]},
        "the heaviest jobs": two | {"weight": [far, far], "objective": ["total_weighted_completion_time"]},
        "down for ever": shop | {"pause": True, "downtime_machine": [0], "downtime_start": [1], "downtime_end": [far]},
        "a chain of the longest lags": chain | {"min_lag": [far] * (n - 1)},
        "a chain of the longest leads": chain | {"min_lag": [-far] * (n - 1)},
        "a circle": project | {"link_from": [0, 1], "link_to": [1, 0], "min_lag": [far, -far]},
        "a break for ever": calendar | {"break_calendar": [0], "break_start": [5], "break_end": [far]},
        "a far break": calendar | {"break_calendar": [0], "break_start": [far - 9], "break_end": [far]},
        "100,000 breaks": calendar | {"break_calendar": [0] * 100_000, "break_start": list(range(0, 300_000, 3)),
                                      "break_end": list(range(1, 300_001, 3))},
        "20,000 calendars with breaks": project | {"num_calendars": 20_000, "break_calendar": list(range(20_000)),
                                                    "break_start": [1] * 20_000, "break_end": [2] * 20_000},
        "100,000 changes": project | {"change_resource": [0] * 100_000, "change_start": list(range(100_000)),
                                      "change_end": list(range(7, 100_007)), "change_capacity": [1, 0] * 50_000},
        "400 tasks x 5,000 resources": project | {"mode_ptr": list(range(401)), "duration": [1] * 400,
                                                  "capacity": [1] * 5000, "demand": [[0] * 5000] * 400},
        "the end of the calendar": project | {"origin": "9999-12-31T23:00", "duration": [30, 90]},
        "before the calendar": project | {"origin": "0001-01-01", "fixed_start": [-5, None], "done": [True, False]},
        "ticks of a year": project | {"origin": "2026-01-01", "tick": 366 * 86400, "duration": [7000, 2000]},
        "the name of a lag, a million long": project | {"task_names": ["a", "lag " + "FS" * 500_000]},
    }  # fmt: skip
    codes = (0, 1, 2, 3)
    for what, document in documents.items():
        text = json.dumps(document)
        for command in (
            "info",
            "solve --engine dispatch --time-limit 2 --quiet FILE -o OUT.csv",
            "convert FILE OUT.csv",
        ):
            path = str(files.write("strange.json", text))
            arguments = _arguments(path, command.replace("OUT", str(files.folder / f"out{files.count}")))
            yield Case(f"{what}: {arguments[0]}", arguments, codes=codes)
    alike = {"group_ptr": [0, n], "group_task": list(range(n)), "link_from": [], "link_to": []}
    problem = str(files.write("group.json", json.dumps(chain | alike)))
    starts = str(files.write("group.solution.json", PROJECT + f'"role":"solution","start":{[0] * n}}}'))
    yield Case("20,000 tasks at once", ("validate", problem, starts), codes=(1,))


def _options(files: _Files) -> Iterator[Case]:
    texts = {
        "deep lists": "a = " + "[" * 10_000,
        "6,000 hexadecimal digits": "seed = 0x" + "F" * 6000,
        "a parameter beyond 64 bits": "[cpsat]\nlinearization_level = 0x" + "F" * 60,
        "deep tables": "a = " + "{a = " * 10_000,
        "many dots": "a" + ".a" * 20_000 + " = 1",
        "2 MB": "# x\n" * 500_000,
        "a list": "threads = [[[1]]]",
        "a date": "threads = 1979-05-27",
        "a truth": "seed = true",
        "a fraction": "seed = 1.5",
        "a list of seeds": "seed = [1, 2]",
        "an engine as number": "cpsat = 3",
        "a table in a table": "[cpsat]\nlinearization_level = {a = 1}",
        "a wrong type": '[cpsat]\nlinearization_level = "x"',
        "an unknown option": "colour = 1",
        "an unknown engine": "[oracle]\na = 1",
        "tables in a list": "[[cpsat]]\na = 1",
        "a limit with underscore": 'time-limit = "1_0s"',
        "twice": "seed = 1\nseed = 2",
    }
    for what, text in texts.items():
        yield files.case(what, "bad.toml", text)
    out = str(files.folder / "out.jsonl")
    lines = {
        "bench ft06 --seeds 2147483648 -o OUT": "a slip of seeds",
        "bench ft06 --seeds 0-99999999999 -o OUT": "a range of seeds",
        "bench ft06 --seeds 1_0 -o OUT": "seeds with underscore",
        "bench ft06 --seeds ５ -o OUT": "fullwidth seeds",
        "bench ft06 --workers ２ -o OUT": "fullwidth workers",
        "solve ft06 --time-limit 1_0": "a time with underscore",
        "solve ft06 --time-limit ５s": "a fullwidth time",
        "solve ft06 --seed 1_0": "a seed with underscore",
        "solve ft06 --threads ２": "fullwidth threads",
        "solve ft06 --target 5_5": "a target with underscore",
        "solve ft06 --gap 1_0%": "a gap with underscore",
        "solve ft06 --gap ５%": "a fullwidth gap",
        "solve ft06 --iterations 1_0": "iterations with underscore",
        "solve ft06 --set tick=6_0": "a setting with underscore",
        "solve ft06 --set tick=９": "a fullwidth setting",
        "solve ft06 --set tick=9223372036854775808": "a tick beyond 64 bits",
        "explain ft06 --threads 1_0": "threads with underscore",
        "generate jobshop --jobs 1000000000": "a billion jobs",
        "generate jobshop --jobs 1_0": "jobs with underscore",
        "generate jobshop --due-factor 1_0": "a factor with underscore",
        "generate flexible --jobs 100000 --machines 100000": "a billion alternatives",
        "generate project --tasks 1000000000": "a billion tasks",
        "generate project --max-duration 1000000000": "long tasks",
        "generate project --resources 1000000000": "a billion resources",
        "generate levels --tasks 1000000": "a million tasks",
        "generate taillard --machines 1000000000": "a billion machines",
        "generate jobshop --max-setup 5 --setup-families 100000": "a hundred thousand families",
        "generate sd2 --index 1000000000": "the billionth of a sequence",
    }
    for line, what in lines.items():
        yield Case(what, tuple(line.replace("OUT", out).split()))
    for size in ("many", "1_0", "５", "-1", "0", "1 TB", "1e9"):
        yield Case(f"a limit of {size}", ("info", str(files.write("a.jsp", "1 1\n0 5\n"))),
                   environment=(("SCHEDSOLVE_MAX_INPUT", size),))  # fmt: skip
    yield Case("a time limit of the environment", ("solve", "ft06"), environment=(("SCHEDSOLVE_TIME_LIMIT", "1_0"),))
    yield Case("a folder", ("info", str(files.folder)))
    yield Case("a folder as solution", ("validate", "ft06", str(files.folder)))
    yield Case("no file", ("info", str(files.folder / "missing.jsp")))
    yield Case("a billionth instance", ("info", f"{files.write('two.txt', 'instance a' + chr(10) + '1 1')}#1000000000"))


def _streams(files: _Files) -> Iterator[Case]:
    """Devices without end, and standard input."""
    for command in ("info", "validate ft06", "solve ft06 --params", "solve ft06 --hint", "compare"):
        for device in ("/dev/zero", "/dev/null"):
            if not (device == "/dev/null" and command.endswith("--params")):
                yield Case(f"{device} for {command}", (*command.split(), device))
    yield Case("/dev/urandom", ("info", "/dev/urandom"))
    yield Case("no end of lines", ("info", "-", "--kind", "jsplib"), stdin="yes")
    yield Case("no end of blanks", ("info", "-"), stdin="yes ''")
    yield Case("no end of numbers", ("info", "-"), stdin="echo 1 1; yes '0 1'")
    yield Case("no end of JSON", ("info", "-"), stdin=f"printf '%s' '{SHOP}\"duration\":['; yes '0,'")
    yield Case("no end of noise", ("info", "-"), stdin="cat /dev/urandom")
    yield Case("nothing", ("info", "-"), stdin="true")


# --- running ----------------------------------------------------------------------------------


def complaints(case: Case, outcome: Outcome) -> list[str]:
    """What is wrong with an outcome."""
    lines = outcome.err.splitlines()
    found = []
    if outcome.code not in case.codes:
        found.append(f"exit code {outcome.code}")
    if outcome.code == 2 and (len(lines) != 1 or not lines[0].startswith("schedsolve: ")):
        found.append("not one line")
    if "not enough memory" in outcome.err:
        found.append("memory ran out")
    if "Traceback" in outcome.err or len(outcome.err) > 2000:
        found.append("a traceback or a long message")
    if any(unicodedata.category(letter) == "Cc" for line in lines for letter in line):
        found.append("control characters")
    if outcome.peak > MOST_MEMORY:
        found.append(f"{outcome.peak // MIB} MiB")
    return [f"{case.name}: {', '.join(found)}: {outcome.err[:300]!r}"] if found else []


def alone(case: Case) -> Outcome:
    """Run a case in a process of its own."""
    program = [sys.executable, "-c", "from schedsolve.cli.main import main; main()", *case.arguments]
    source = subprocess.Popen(case.stdin, shell=True, stdout=subprocess.PIPE) if case.stdin else None
    started = time.perf_counter()
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            program,
            stdin=source.stdout if source is not None else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=err,
            env=os.environ | dict(case.environment),
            preexec_fn=_limit,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        text = err.read(100_000).decode(errors="replace")
    if source is not None:
        source.stdout.close()
        source.kill()
        source.wait()
    return Outcome(process.returncode, text, time.perf_counter() - started, usage.ru_maxrss * 1024)


def _limit() -> None:
    for name, value in LIMITS.items():
        resource.setrlimit(name, (value, value))


def together(some: list[Case]) -> list[Outcome]:
    """Run cases one after the other in this process; the peak is that of all so far."""
    from schedsolve.cli.main import run

    outcomes = []
    for case in some:
        out, err = io.StringIO(), io.StringIO()
        before = {name: os.environ.get(name) for name, _ in case.environment}
        os.environ.update(case.environment)
        started = time.perf_counter()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = int(run(list(case.arguments)))
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        outcomes.append(Outcome(code, err.getvalue()[:10_000], time.perf_counter() - started, peak))
    return outcomes


def batch(some: list[Case], seconds: float) -> list[Outcome]:
    """Run cases in one other process, which has so many seconds."""
    finished = subprocess.run(
        [sys.executable, __file__, "--batch"],
        input=json.dumps(some),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=True,
    )
    return [Outcome(*row) for row in json.loads(finished.stdout)]


def _serve() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMITS[resource.RLIMIT_AS],) * 2)
    given = [Case(n, tuple(a), s, tuple(map(tuple, e)), tuple(c)) for n, a, s, e, c in json.load(sys.stdin)]
    print(json.dumps(together(given)))


def main() -> int:
    """Each case in a process of its own."""
    wrong = 0
    words = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        chosen = [
            case for case in cases(Path(folder)) if all(word in f"{case.name} {case.arguments}" for word in words)
        ]
        for case in chosen:
            outcome = alone(case)
            found = complaints(case, outcome)
            wrong += bool(found)
            said = re.sub(r"[^ -~]", "?", outcome.err[:160]).replace(folder, "")
            mark = "WRONG" if found else "ok"
            numbers = f"{outcome.code:3} {outcome.seconds:5.1f} s {outcome.peak // MIB:5} MiB"
            print(f"{mark:5} {numbers}  {case.name[:60]}: {said}", flush=True)
        print(f"{len(chosen)} cases, {wrong} wrong")
    return min(1, wrong)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.argv[1:] == ["--batch"]:
        _serve()
    else:
        sys.exit(main())
