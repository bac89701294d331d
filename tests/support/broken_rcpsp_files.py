"""Files of project scheduling that are wrong in one way each, and what the error must say.

As ``broken_files.py``, whose columns these are: id, file, content, line, what the message must contain.
"""

from __future__ import annotations

SM = """\
projects                      :  1
jobs (incl. supersource/sink ):  3
  - renewable                 :  1   R
  - nonrenewable              :  1   N
  - doubly constrained        :  0   D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          1           2
   2        2          1           3
   3        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  N 1
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     3       2    7
         2     5       1    1
  3      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  N 1
    2    6
************************************************************************
"""
RCP = "3 2\n2 3\n0 0 0 1 2\n3 2 0 1 3\n0 0 0 0\n"
SCH = "1 1 0 0\n0 1 1 1 [0]\n1 1 1 2 [4]\n2 1 0\n0 1 0 0\n1 1 4 2\n2 1 0 0\n3\n"
DEF = """\
Tasks: 2
Resources: 2
====
ResourceID Salary Skills
1 56.2 Q1: 1 Q0: 0
2 33.8 Q1: 0
====
TaskID Duration Skill Predecessor IDs
1 10 Q1: 0
2 15 Q0: 0 1
====
"""

BROKEN = [
    # PSPLIB and MMLIB.
    ("sm no jobs", "p.sm", SM.replace("jobs (incl", "work (incl"), None, ("jobs", "header")),
    ("sm two projects", "p.sm", SM.replace(":  1\n", ":  2\n", 1), None, ("2 projects", "more than 1")),
    ("sm doubly", "p.sm", SM.replace("0   D", "1   D"), None, ("1 doubly constrained", "not read")),
    ("sm negative count", "p.sm", SM.replace(":  3", ": -3"), 2, ("0 to 2^53", "-3")),
    ("sm job missing", "p.sm", SM.replace("   3        1          0\n", ""), 10, ("expected 3 jobs", "found 2")),
    ("sm job too many", "p.sm", SM.replace("          0\n*", "          0\n 4 1 0\n*"), 12, ("3 jobs", "job 4")),
    ("sm jobs out of order", "p.sm", SM.replace("   2        2", "   3        2"), 10, ("expected job 2", "job 3")),
    ("sm successor missing", "p.sm", SM.replace("1           3", "2           3"), 10, ("2 successors and 1 given",)),
    ("sm successor beyond", "p.sm", SM.replace("1           3", "1           4"), 10, ("job from 1 to 3", "found 4")),
    ("sm own successor", "p.sm", SM.replace("1           3", "1           2"), 10, ("another job", "found 2")),
    ("sm row cut short", "p.sm", SM.replace("   2        2          1           3", "   2  2"), 10, ("cut short",)),
    ("sm no mode", "p.sm", SM.replace("   2        2  ", "   2        0  "), 10, ("at least 1 mode", "found 0")),
    ("sm mode missing", "p.sm", SM.replace("         2     5       1    1\n", ""), 18, ('"2 duration', "mode 2")),
    ("sm request missing", "p.sm", SM.replace("3       2    7", "3       2"), 17, ("2 requests", '"2 1 3 2"')),
    ("sm mode too many", "p.sm", SM.replace("0       0    0\n*", "0 0 0\n 2 4 1 1\n*"), 20, ("4 modes", "one more")),
    ("sm modes end", "p.sm", SM.replace("  3      1     0       0    0\n", ""), 18, ("job 3", "is missing")),
    ("sm negative duration", "p.sm", SM.replace("1     3  ", "1    -3  "), 17, ("0 to 2^53", "-3")),
    ("sm word", "p.sm", SM.replace("1     3  ", "1     x  "), 17, ("integer", '"x"')),
    ("sm beyond 2^53", "p.sm", SM.replace("1     3  ", f"1 {2**60} "), 17, ("2^53",)),
    ("sm availability missing", "p.sm", SM.replace("    2    6", "    2"), 23, ("2 availabilities", "found 1")),
    ("sm truncated", "p.mm", SM.partition("RESOURCEAV")[0], 20, ("RESOURCEAVAILABILITIES", "missing")),
    ("sm no requests", "p.mm", SM.partition("REQUESTS")[0], 12, ("REQUESTS/DURATIONS", "missing")),
    # Patterson.
    ("rcp no tasks", "p.rcp", "0 2\n2 3\n", 1, ("number of tasks", '"0"')),
    ("rcp negative resources", "p.rcp", RCP.replace("3 2\n", "3 -2\n", 1), 1, ("number of resources", '"-2"')),
    ("rcp word", "p.rcp", RCP.replace("3 2 0 1 3", "3 two 0 1 3"), 4, ("task 2", '"two"')),
    ("rcp negative duration", "p.rcp", RCP.replace("3 2 0 1 3", "-3 2 0 1 3"), 4, ("task 2", "duration", '"-3"')),
    ("rcp truncated", "p.rcp", RCP.rpartition("0 0 0 0")[0], 4, ("task 3", "the file ends")),
    ("rcp successors cut off", "p.rcp", "3 0\n\n0 1 2\n3 5 3\n", 4, ("task 2", "successors", "from 0 to 3", '"5"')),
    ("rcp ends in successors", "p.rcp", "3 0\n\n0 1 2\n3 2 3\n", 4, ("task 2: a successor", "the file ends")),
    ("rcp successor 0", "p.rcp", RCP.replace("0 1 3", "0 1 0"), 4, ("task 2", "from 1 to 3", '"0"')),
    ("rcp successor beyond", "p.rcp", RCP.replace("0 1 3", "0 1 4"), 4, ("task 2", "from 1 to 3", '"4"')),
    ("rcp own successor", "p.rcp", RCP.replace("0 1 3", "0 1 2"), 4, ("task 2 is its own successor",)),
    ("rcp too much", "p.rcp", RCP + "7 7\n", 6, ("2 words too many", "task 3")),
    ("rcp branches", "p.rcp", RCP + "0.2 0 0\n1\n1 2\n1 1\n", None, ("ASLIB", "not modelled")),
    ("rcp reservoirs cut off", "p.rcp", "2 1 1\n2 5\n0 0 1 1 1 2\n0 0 1\n", 4, ("task 2", "the file ends")),
    ("rcp beyond 2^53", "p.rcp", RCP.replace("3 2 0 1 3", f"{2**60} 2 0 1 3"), 4, ("duration", str(2**60))),
    # ProGen/max.
    ("sch no activities", "p.sch", "0 1 0 0\n", 1, ("number of activities", '"0"')),
    ("sch non-renewable", "p.sch", SCH.replace("1 1 0 0", "1 1 1 0", 1), 1, ("non-renewable", "not read")),
    ("sch lag missing", "p.sch", SCH.replace("[4]", ""), 4, ("line of task 2", "found 1")),
    ("sch lag of letters", "p.sch", SCH.replace("[4]", "[four]"), 3, ("task 1: a time lag", '"four"')),
    ("sch ids", "p.sch", SCH.replace("\n1 1 4 2", "\n2 1 4 2"), 6, ("line of task 1", "found 2")),
    ("sch successor beyond", "p.sch", SCH.replace("1 1 1 2 [4]", "1 1 1 3 [4]"), 3, ("from 0 to 2", '"3"')),
    ("sch own successor", "p.sch", SCH.replace("1 1 1 2 [4]", "1 1 1 1 [4]"), 3, ("its own successor",)),
    ("sch modes", "p.sch", SCH.replace("1 1 1 2 [4]", "1 2 1 2 [4]"), 3, ("several modes",)),
    ("sch truncated", "p.sch", SCH.removesuffix("3\n"), 7, ("capacity", "the file ends")),
    ("sch too much", "p.sch", SCH + "3\n", 9, ("1 words too many", "capacities")),
    ("sch negative demand", "p.sch", SCH.replace("1 1 4 2", "1 1 4 -2"), 6, ("task 1", '"-2"')),
    # iMOPSE.
    ("def no tasks", "p.def", DEF.partition("TaskID")[0], None, ("TaskID", "found none")),
    ("def count of tasks", "p.def", DEF.replace("Tasks: 2", "Tasks: 3"), 1, ("expected 3 tasks", "found 2")),
    ("def count of people", "p.def", DEF.replace("Resources: 2", "Resources: 1"), 2, ("1 resources", "found 2")),
    (
        "def nobody at all",
        "p.def",
        DEF.partition("1 56.2")[0] + "====\nTaskID\n====\n",
        None,
        ("ResourceID", "found none"),
    ),
    ("def zeros without end", "p.def", DEF.replace("33.8", "0e999999999"), 6, ("salary", "0e999999999")),
    ("def digits without end", "p.def", DEF.replace("1 10 Q1", f"1 {'9' * 5000} Q1"), 9, ("duration", "999")),
    ("def salary", "p.def", DEF.replace("33.8", "much"), 6, ('"resource salary skills"',)),
    ("def negative salary", "p.def", DEF.replace("33.8", "-33.8"), 6, ("salary", "-33.8")),
    ("def infinite salary", "p.def", DEF.replace("33.8", "inf"), 6, ("salary", "inf")),
    ("def level", "p.def", DEF.replace("Q1: 0\n=", "Q1: a\n="), 6, ("level", '"a"')),
    ("def words among skills", "p.def", DEF.replace("Q1: 0\n=", "Q1: 0 Q2\n="), 6, ("skills", '"Q2"')),
    ("def no skill", "p.def", DEF.replace("1 10 Q1: 0", "1 10"), 9, ("0 skills",)),
    ("def two skills", "p.def", DEF.replace("1 10 Q1: 0", "1 10 Q1: 0 Q0: 0"), 9, ("2 skills",)),
    ("def duration", "p.def", DEF.replace("1 10 Q1", "1 -10 Q1"), 9, ("duration", "-10")),
    ("def nobody", "p.def", DEF.replace("Q0: 0 1\n", "Q0: 2 1\n"), 10, ("task 2", "nobody", "Q0 at level 2")),
    ("def predecessor", "p.def", DEF.replace("Q0: 0 1\n", "Q0: 0 3\n"), 10, ("task 2", '"3"')),
    ("def own predecessor", "p.def", DEF.replace("Q0: 0 1\n", "Q0: 0 2\n"), 10, ("task 2", '"2"')),
    ("def twice", "p.def", DEF.replace("2 15 Q0: 0 1\n", "1 15 Q0: 0\n"), 9, ("task 1", "twice")),
    # Formats that go beyond the model.
    ("portfolio", "p.rcmp", "2\n1\n4\n", None, ("MPLIB", "not modelled")),
    ("workforce", "p.msrcp", "\\* Project Module *\\\n", None, ("MSLIB", "not modelled")),
    ("teams", "p.dzn", "sreq = [| 1 |];\nmastery = [| true |];\n", None, ("MSPSP", "not modelled")),
    ("selection", "p.txt", "1 1 0\n4\n0 0\n1 0\n0\n", None, ("RCPSP-PS", "not modelled")),
]
