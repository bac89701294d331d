"""The examples in the docstrings of what ``schedsolve`` exports do what they say."""

from __future__ import annotations

import doctest
import inspect

import pytest

import schedsolve

TEXTS = {name: inspect.getdoc(getattr(schedsolve, name)) or "" for name in schedsolve.__all__}
TEXTS["schedsolve"] = schedsolve.__doc__
TEXTS["JobShop.from_jobs"] = inspect.getdoc(schedsolve.JobShop.from_jobs)
EXAMPLES = {name: text for name, text in TEXTS.items() if ">>>" in text}


class Stated(doctest.OutputChecker):
    """Compares the output that an example states; where it states none there may be any."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return not want or super().check_output(want, got, optionflags)


def run(name: str, text: str) -> doctest.TestResults:
    """Run the examples of a text, with all that is exported at hand."""
    names = {exported: getattr(schedsolve, exported) for exported in schedsolve.__all__}
    test = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
    return doctest.DocTestRunner(Stated()).run(test)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = run(name, EXAMPLES[name])
    assert found.attempted
    assert not found.failed


def test_functions_and_what_builds_problems_have_an_example():
    functions = {name for name in schedsolve.__all__ if inspect.isfunction(getattr(schedsolve, name))}
    assert functions | {"JobShop.from_jobs", "JobShopBuilder", "ProjectBuilder"} <= EXAMPLES.keys()


def test_an_example_that_is_wrong_is_found(capsys):
    assert run("wrong", ">>> 1 + 1\n3\n").failed == 1
