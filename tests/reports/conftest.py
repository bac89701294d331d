"""Two pictures made by hand; and a headless Chromium with just enough of its DevTools protocol to use a page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pytest

from schedsolve.reports.address_map import Memory, Segments, address_map
from schedsolve.reports.address_map import Part as Tenure
from schedsolve.reports.axis import Axis
from schedsolve.reports.panels import Panels
from schedsolve.reports.picture import Items
from schedsolve.reports.stacks import Resource, stacks

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
    *("--hide-scrollbars", "--window-size=1400,900", "--remote-debugging-pipe"),
)


class Browser:
    """One page in one browser; ``complaints`` collects errors of its console. Ends with its context, for sure."""

    def __init__(self, executable: str):
        self.executable = executable
        self.complaints: list[str] = []
        self._count = 0
        self._session = ""

    def __enter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # Chromium listens on descriptor 3 and answers on 4.
        command = ["sh", "-c", 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null', "sh", self.executable, *FLAGS]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={self._profile.name}", "about:blank"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
            self._session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log"):
                self.call(f"{domain}.enable")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        """The browser and all of its children are in one process group of their own."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        self._profile.cleanup()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\0")
        self._process.stdin.flush()
        while True:
            answer = self._read()
            if answer.get("id") == self._count:
                assert "error" not in answer, answer["error"]
                return answer["result"]  # type: ignore[no-any-return]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        text = bytearray()
        while (byte := self._process.stdout.read(1)) != b"\0":
            assert byte, "the browser has ended"
            text += byte
        message: dict[str, Any] = json.loads(text)
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])
        elif message.get("method") == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.complaints.append(str(params["args"]))
        return message

    def open(self, path: Path) -> None:
        self.call("Page.navigate", url=path.as_uri())
        self.wait_for('document.readyState === "complete"')

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, condition: str, seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not self.evaluate(condition):
            assert time.monotonic() < end, f"never came true: {condition}"
            time.sleep(0.02)

    def mouse(self, kind: str, x: float, y: float, **params: Any) -> None:
        """``kind``: mouseMoved, mousePressed, mouseReleased or mouseWheel."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **params)

    def press(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; skips the test where none is installed."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no chromium")
    with Browser(executable) as started:
        yield started


# --- pictures ---------------------------------------------------------------------------------

EVIL = "</script><b>$x_1$ & co\n\x1b[1m"
"""A name as nobody would choose it."""


@pytest.fixture
def cluster() -> Panels:
    """Eight pods on three nodes, before and after: web-2 and batch move, train comes, db is evicted."""
    pods = Items(
        name=("web-1", "web-2", "db", EVIL, "train", "huge", "batch", "idle"),
        key=np.array([0, 0, 1, 1, 1, 1, 0, 0]),
    )
    cpu = np.array([1000, 1000, 500, 1500, 3000, 9000, 2000, 0])
    memory = np.array([1, 2, 4, 8, 16, 64, 1, 1]) * 2**30
    return stacks(
        title=f"prod {EVIL}",
        subtitle="8 pods, 3 nodes",
        items=pods,
        item_noun="pod",
        keys=("priority 0", "priority 1000"),
        key_noun="priority",
        bins=Axis.of_rows("node", ("left", f"middle {EVIL}", "right")),
        resources=(
            Resource(Axis("cpu", "m"), cpu, np.array([4000, 4000, 4000]), np.array([3200, 3200, 3200])),
            Resource(Axis.of_bytes("memory"), memory, np.array([16, 16, 32]) * 2**30),
        ),
        before=np.array([0, 1, 1, 0, -1, -1, 2, 2]),
        after=np.array([0, 0, -1, 0, 2, -1, 1, 2]),
        left_out="pending",
    )


@pytest.fixture
def memory() -> Panels:
    """Five tensors in 256 KiB of fast memory; x is spilled and loaded again, w copied in."""
    kib = 1024
    rows = [  # item, start, end, low, size, memory, part
        (0, 0, 3, 0, 64, 0, Tenure.HELD),
        (1, 1, 5, 64, 96, 0, Tenure.HELD),
        (2, 2, 4, 160, 80, 0, Tenure.HELD),
        (0, 3, 7, 0, 64, 1, Tenure.OUTSIDE),
        (3, 4, 7, 160, 64, 0, Tenure.HELD),
        (4, 5, 6, 64, 80, 0, Tenure.COPYING),
        (4, 6, 9, 64, 80, 0, Tenure.HELD),
        (0, 7, 9, 0, 64, 0, Tenure.LOADED),
    ]
    item, start, end, low, size, where, part = np.array(rows).T
    return address_map(
        title="two memories",
        subtitle="5 tensors",
        items=Items(("x", EVIL, "b", "c", "w"), np.array([0, 0, 0, 0, 1])),
        item_noun="tensor",
        keys=("activation", "weight"),
        key_noun="kind",
        time=Axis("time", "steps"),
        memories=(Memory("fast memory", 256 * kib), Memory("slow memory")),
        segments=Segments(item, start, end, low * kib, size * kib, where, part),
    )
