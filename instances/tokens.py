"""The numbers of a text in their order, for formats whose lists run on over line ends."""

from __future__ import annotations

from schedsolve.instances.source import TERMINATOR, Source
from schedsolve.models.errors import InvalidFile
from schedsolve.models.numerals import integers
from schedsolve.models.record import FAR


class Tokens:
    """Integers taken one after the other; an error names the line of the one that is wrong."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.words: list[str] = []
        for row in source.rows:
            self.words += row.words
            if row.terminated:
                self.words += TERMINATOR
        self.taken = 0

    def take(self, count: int, what: str, low: int = 0, high: int = FAR) -> list[int]:
        """The next ``count`` integers. Raises ``InvalidFile`` where there are fewer or one is out of range."""
        words = self.words[self.taken : self.taken + count]
        try:
            values = integers(words)
        except ValueError:
            raise self._wrong(words, what, low, high) from None
        if values and not (low <= min(values) and max(values) <= high):
            raise self._wrong(words, what, low, high)
        if len(values) < count:
            raise self.source.error(f"expected {what}, the file ends", self._line(len(self.words) - 1))
        self.taken += count
        return values

    def one(self, what: str, low: int = 0, high: int = FAR) -> int:
        """The next integer."""
        return self.take(1, what, low, high)[0]

    @property
    def left(self) -> int:
        """How many words are not taken yet."""
        return len(self.words) - self.taken

    def error(self, message: str) -> InvalidFile:
        """The error to raise for what was taken last."""
        return self.source.error(message, self._line(max(0, self.taken - 1)))

    def end(self, after: str) -> None:
        """Raise ``InvalidFile`` unless all is taken."""
        if self.left:
            raise self.source.error(f"{self.left} words too many after {after}", self._line(self.taken))

    def _wrong(self, words: list[str], what: str, low: int, high: int) -> InvalidFile:
        """The error for the first of ``words`` that is no integer in the range."""
        place = next(k for k, word in enumerate(words) if not _within(word, low, high))
        expected = f" from {low} to {high}" if abs(low) < FAR and high < FAR else ""
        message = f'expected {what}{expected}, found "{words[place][:40]}"'
        return self.source.error(message, self._line(self.taken + place))

    def _line(self, index: int) -> int | None:
        """The line that holds the word of this index; None in an empty text."""
        seen = 0
        for row in self.source.rows:
            seen += len(row.words) + len(TERMINATOR) * row.terminated
            if index < seen:
                return row.line
        return None


def _within(word: str, low: int, high: int) -> bool:
    try:
        return low <= integers([word])[0] <= high
    except ValueError:
        return False
