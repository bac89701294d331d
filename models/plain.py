"""Plain values: what JSON can carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
    """A value of a JSON document."""
else:
    Json = Any  # msgspec, which reads it in the types of documents, knows no type that holds itself
