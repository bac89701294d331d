"""Every way to break a file ends in one clear line that names the file and the place."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from schedsolve.instances.read import load
from schedsolve.models.errors import InvalidFile

SUPPORT = Path(__file__).parent.parent / "support"
TABLE = runpy.run_path(str(SUPPORT / "broken_files.py"))
BROKEN = [
    *TABLE["BROKEN"],
    *(TABLE["Broken"](*row) for row in runpy.run_path(str(SUPPORT / "broken_rcpsp_files.py"))["BROKEN"]),
]


def test_each_case_has_a_name_of_its_own_or_another_format():
    assert len(BROKEN) >= 30
    assert len({(case.id, case.file) for case in BROKEN}) == len(BROKEN)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case.file}: {case.id}")
def test_broken_file_is_refused_in_one_clear_line(case, tmp_path):
    path = tmp_path / case.file
    place = tmp_path / case.file.partition("#")[0]
    if case.content is None:
        place.mkdir()
    else:
        place.write_bytes(case.content.encode() if isinstance(case.content, str) else case.content)
    with pytest.raises(InvalidFile) as caught:
        load(path)
    message = str(caught.value)
    assert caught.value.line == case.line, message
    assert message.startswith(str(place))
    assert "\n" not in message
    for words in case.says:
        assert words in message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a file that may not be read")
def test_unreadable_file_is_refused(tmp_path):
    path = tmp_path / "shop.jsp"
    path.write_text("1 1\n0 5\n")
    path.chmod(0)
    with pytest.raises(InvalidFile, match="cannot be read: permission denied"):
        load(path)
