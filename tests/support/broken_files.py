"""Files that are wrong in one way each, and what the error must say.

Used by the tests of the readers and of the command line; loaded with ``runpy.run_path``.
"""

from __future__ import annotations

import gzip
from typing import NamedTuple

FT06_HEAD = "3 3\n0 1 1 2 2 3\n1 4 0 5 2 6\n"
FJS_HEAD = "2 2 1.5\n"
TABLE_HEAD = "job,step,machine,duration,due\n"
TWO_SHOPS = "instance a\n1 1\n0 5\ninstance b\n1 1\n0 6\n"
NATIVE = '{"schema":"schedsolve/1","kind":"jobshop",'


class Broken(NamedTuple):
    id: str
    file: str
    content: str | bytes | None
    """None: the file is a directory."""
    line: int | None
    """The line that the error must name."""
    says: tuple[str, ...]
    """What the message must contain."""


BROKEN = [
    # Any file.
    Broken("directory", "shop.jsp", None, None, ("directory",)),
    Broken("empty", "shop.jsp", "", None, ("is empty",)),
    Broken("blank", "shop.txt", " \n\t\n", None, ("is empty",)),
    Broken("binary", "shop.jsp", b"\x7fELF\x00\x01\x02", None, ("binary",)),
    Broken("not UTF-8", "shop.jsp", b"2 1\n# na\xefve\n0 1\n0 2\n", 2, ("UTF-8", "0xef")),
    Broken("truncated gzip", "shop.jsp.gz", gzip.compress(b"1 1\n0 5\n" * 50)[:-12], None, ("gzip",)),
    Broken("damaged gzip", "shop.jsp", b"\x1f\x8b\x08\x00garbage-garbage", None, ("gzip",)),
    Broken("unknown format", "shop.txt", "To whom it may concern\n", None, ("format", "jsplib", "--kind")),
    # Job shop text.
    Broken("no header", "shop.jsp", "0 1 1 2 2 3\n", 1, ("header", "jobs machines", "0 1 1 2")),
    Broken("only comments", "shop.jsp", "# nothing here\n// nor here\n", None, ("header", "no data")),
    Broken("header of words", "shop.jsp", "six 6\n", 1, ("header", "six 6")),
    Broken("zero jobs", "shop.jsp", "0 3\n", 1, ("jobs", "at least 1", "found 0")),
    Broken("zero machines", "shop.jsp", "3 0\n", 1, ("machines", "at least 1", "found 0")),
    Broken("negative jobs", "shop.jsp", "-2 3\n", 1, ("jobs", "at least 1", "found -2")),
    Broken("missing row", "shop.jsp", FT06_HEAD, 3, ("3 job rows", "found 2")),
    Broken("extra row", "shop.jsp", FT06_HEAD + "0 1 1 1 2 1\n\n0 1 1 1 2 1\n", 6, ("3 job rows", "found 4")),
    Broken("number missing", "shop.jsp", FT06_HEAD + "0 1 1 1 2\n", 4, ("pairs", "found 5 numbers")),
    Broken("pair missing", "shop.jsp", FT06_HEAD + "0 1 1 1\n", 4, ("expected 3 operations", "found 2", "-1 -1")),
    Broken("pair too many", "shop.jsp", FT06_HEAD + "0 1 1 1 2 2 0 3\n", 4, ("expected 3 operations", "found 4")),
    Broken("empty job", "shop.jsp", FT06_HEAD + "-1 -1\n", 4, ("no operations",)),
    Broken(
        "machine too large", "shop.jsp", FT06_HEAD + "0 1 3 1 2 2\n", 4, ("operation 2", "from 0 to 2", "found 3")
    ),
    Broken("machine negative", "shop.jsp", FT06_HEAD + "0 1 1 1 -2 2\n", 4, ("operation 3", "from 0 to 2", "found -2")),
    Broken("duration negative", "shop.jsp", FT06_HEAD + "0 1 1 -4 2 2\n", 4, ("operation 2", "duration", "found -4")),
    Broken("NaN", "shop.jsp", FT06_HEAD + "0 nan 1 1 2 2\n", 4, ("integer", "nan")),
    Broken("infinity", "shop.jsp", FT06_HEAD + "0 inf 1 1 2 2\n", 4, ("integer", "inf")),
    Broken("fraction", "shop.jsp", FT06_HEAD + "0 1.5 1 1 2 2\n", 4, ("integer", "1.5")),
    Broken("word", "shop.jsp", FT06_HEAD + "0 one 1 1 2 2\n", 4, ("integer", "one")),
    Broken("beyond 2^53", "shop.jsp", FT06_HEAD + f"0 {2**60} 1 1 2 2\n", 4, ("number 2", "2^53")),
    Broken("beyond 2^64", "shop.jsp", FT06_HEAD + f"0 {10**30} 1 1 2 2\n", 4, ("number 2", "2^53")),
    Broken("guessed wrong", "shop.txt", "2 2\n0 5 1 6\n0 5 2 6\n", 3, ("read as jsplib", "--kind", "openshop")),
    Broken("many instances", "shops.txt", TWO_SHOPS, None, ("a, b", "shops.txt#a")),
    Broken("broken second", "shops.txt#b", "instance a\n1 1\n0 5\ninstance b\n1 1\n0 -6\n", 6, ("found -6",)),
    Broken("no such instance", "shops.txt#c", TWO_SHOPS, None, ('"c"', "a, b")),
    # Flexible job shop text.
    Broken("fjs header", "shop.fjs", "2 2 many\n", 1, ("average", "many")),
    Broken("fjs counts", "shop.fjs", FJS_HEAD + "3 1 1 5 1 2 6\n1 1 1 1\n", 2, ("3 operations", "ends after 2")),
    Broken("fjs too many", "shop.fjs", FJS_HEAD + "1 1 1 5\n1 1 1 1 9 9\n", 3, ("2 numbers too many",)),
    Broken("fjs too few", "shop.fjs", FJS_HEAD + "1 1 1 5\n1 2 1 1 2\n", 3, ("operation 1", "1 numbers too few")),
    Broken("fjs machine 0", "shop.fjs", FJS_HEAD + "1 1 0 5\n1 1 1 1\n", 2, ("from 1 to 2", "found 0")),
    Broken("fjs machine 3", "shop.fjs", FJS_HEAD + "1 1 1 5\n1 1 3 1\n", 3, ("from 1 to 2", "found 3")),
    Broken("fjs duration", "shop.fjs", FJS_HEAD + "1 1 1 -5\n1 1 1 1\n", 2, ("duration", "found -5")),
    Broken("fjs no operations", "shop.fjs", FJS_HEAD + "0\n1 1 1 1\n", 2, ("number of operations", "found 0")),
    Broken("fjs no alternatives", "shop.fjs", FJS_HEAD + "1 0\n1 1 1 1\n", 2, ("operation 1", "found 0")),
    Broken("fjs negative alternatives", "shop.fjs", FJS_HEAD + "1 -1 1 2\n1 1 1 1\n", 2, ("operation 1", "found -1")),
    Broken("fjs missing row", "shop.fjs", FJS_HEAD + "1 1 1 1\n", 2, ("2 job rows", "found 1")),
    # Open and flow shop text.
    Broken("open shop short row", "shop.osp", "2 3\n1 2 3\n4 5\n", 3, ("expected 3 durations", "found 2")),
    Broken("open shop long row", "shop.osp", "2 3\n1 2 3\n4 5 6 7\n", 3, ("expected 3 durations", "found 4")),
    Broken("open shop negative", "shop.txt", "2 3\n1 2 3\n4 -5 6\n", 3, ("machine 1", "found -5")),
    Broken("flow shop missing row", "shop.fsp", "3 2\n1 2\n\n4 5\n", 4, ("3 job rows", "found 2")),
    # Native JSON.
    Broken("JSON syntax", "shop.json", NATIVE + '\n"job_ptr":[0,\n1,,2]}', 3, ("JSON is malformed",)),
    Broken("JSON truncated", "shop.json", NATIVE + '"job_ptr":[0,', None, ("truncated",)),
    Broken("JSON list", "shop.json", "[1, 2]", None, ("Expected `object`",)),
    Broken("JSON without schema", "shop.json", '{"kind":"jobshop"}', None, ('"schema": "schedsolve/1"', "none")),
    Broken("JSON other schema", "shop.json", '{"schema":"acme/7","kind":"jobshop"}', None, ("schedsolve/1", "acme/7")),
    Broken("JSON other kind", "shop.json", '{"schema":"schedsolve/1","kind":"jobshob"}', None, ("jobshob", "jobshop?")),
    Broken("JSON solution", "shop.json", NATIVE + '"role":"solution","start":[0]}', None, ("solution", "a problem")),
    Broken("JSON role", "shop.json", NATIVE + '"role":"guess"}', None, ("role", "guess")),
    Broken("JSON field missing", "shop.json", NATIVE + '"num_machines":1}', None, ("required field", "job_ptr")),
    Broken(
        "JSON unknown field",
        "shop.json",
        NATIVE + '"num_machines":1,"job_ptr":[0,1],"alt_ptr":[0,1],"machine":[0],"duration":[1],"colour":1}',
        None,
        ("unknown field", "colour"),
    ),
    Broken(
        "JSON fraction",
        "shop.json",
        NATIVE + '"num_machines":1,"job_ptr":[0,1],"alt_ptr":[0,1],"machine":[0],"duration":[1.5]}',
        None,
        ("Expected `int`", "$.duration[0]"),
    ),
    Broken(
        "JSON machine",
        "shop.json",
        NATIVE + '"num_machines":1,"job_ptr":[0,1],"alt_ptr":[0,1],"machine":[4],"duration":[1]}',
        None,
        ("machine", "4", "0 to 0"),
    ),
    # Job table.
    Broken("no machine column", "jobs.csv", "job,step,duration\nA,1,3\n", 1, ('"machine" is missing', "job, step")),
    Broken("column twice", "jobs.csv", "job,step,Job,machine,duration\n", 1, ('"job" appears twice',)),
    Broken("column misspelt", "jobs.csv", "job,step,machine,duration,weigth\n", 1, ("weigth", "weight?")),
    Broken("setting misspelt", "jobs.csv", "# orign: 2026-01-05\n" + TABLE_HEAD + "A,1,saw,3,\n", 1, ("origin?",)),
    Broken("no rows", "jobs.csv", TABLE_HEAD, 1, ("rows below", "none")),
    Broken("empty duration", "jobs.csv", TABLE_HEAD + "A,1,saw,,\n", 2, ("column duration", "empty")),
    Broken("empty job", "jobs.csv", TABLE_HEAD + ",1,saw,3,\n", 2, ("column job", "empty")),
    Broken("row too short", "jobs.csv", TABLE_HEAD + "A,1\n", 2, ("column machine", "empty")),
    Broken("row too long", "jobs.csv", TABLE_HEAD + "A,1,saw,3,,7\n", 2, ("expected 5 columns", "found 6")),
    Broken("table negative", "jobs.csv", TABLE_HEAD + "A,1,saw,3,\nA,2,saw,-3,\n", 3, ("column duration", "-3")),
    Broken("table fraction", "jobs.csv", TABLE_HEAD + "A,1,saw,2.5,\n", 2, ("column duration", "whole number", "2.5")),
    Broken("table word", "jobs.csv", TABLE_HEAD + "A,1,saw,long,\n", 2, ("column duration", "whole number", "long")),
    Broken("table NaN", "jobs.csv", TABLE_HEAD + "A,1,saw,NaN,\n", 2, ("column duration", "NaN")),
    Broken("unknown date", "jobs.csv", TABLE_HEAD + "A,1,saw,3,soon\n", 2, ("column due", "ISO date", "soon")),
    Broken("date without origin", "jobs.csv", TABLE_HEAD + "A,1,saw,3,2026-01-05\n", 2, ("column due", "# origin")),
    Broken("bad origin", "jobs.csv", "# origin: Monday\n" + TABLE_HEAD + "A,1,saw,3,\n", 1, ("origin", "Monday")),
    Broken("bad tick", "jobs.csv", "# tick: 0\n" + TABLE_HEAD + "A,1,saw,3,\n", 1, ("tick", "found \"0\"")),
    Broken(
        "time zones",
        "jobs.csv",
        "# origin: 2026-01-05T06:00Z\n" + TABLE_HEAD + "A,1,saw,3,2026-01-06\n",
        3,
        ("column due", "time zone"),
    ),
    Broken("two due dates", "jobs.csv", TABLE_HEAD + "A,1,saw,3,9\nB,1,saw,1,\nA,2,saw,3,8\n", 4, ("9", "8", "line 2")),
    Broken("machine twice", "jobs.csv", TABLE_HEAD + "A,1,saw,3,\nA,1,saw,4,\n", 3, ("saw", "twice")),
    Broken("machine not listed", "jobs.csv", "# machines: saw, mill\n" + TABLE_HEAD + "A,1,mil,3,\n", 3, ("mill?",)),
    Broken("machines repeated", "jobs.csv", "# machines: saw,saw\n" + TABLE_HEAD + "A,1,saw,3,\n", 1, ("different",)),
    Broken("open quote", "jobs.csv", TABLE_HEAD + 'A,1,"saw,3,\n', 2, ("end of data",)),
    Broken("bad objective", "jobs.csv", "# objective: speed\n" + TABLE_HEAD + "A,1,saw,3,\n", 1, ("speed",)),
    Broken("bad setting", "jobs.csv", "# blocking: maybe\n" + TABLE_HEAD + "A,1,saw,3,\n", 1, ("blocking", "no_swap")),
]  # fmt: skip
"""``file`` may end in ``#name``, which picks an instance: write ``content`` to what stands before it."""
