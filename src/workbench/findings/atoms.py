"""Atoms: the posts that no set tells apart, and keyed hashes of posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SECRET_BYTES = 16


@dataclass(frozen=True)
class Atoms:
    """Sets of posts, told by the classes of posts that no set tells apart.

    Attributes
    ----------
    posts
        Every post that stands in a set, sorted.
    atom_of
        Number of the atom of each post.
    members
        Sparse matrix, one row a set, one column an atom: 1 where the atom is in the set.
    """

    posts: np.ndarray
    atom_of: np.ndarray
    members: Any

    @property
    def sizes(self) -> np.ndarray:
        """Return the number of posts of each atom."""
        return np.bincount(self.atom_of, minlength=self.members.shape[1])


def no_atoms() -> Atoms:
    """Return the atoms of no sets."""
    from scipy import sparse

    return Atoms(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), sparse.csr_array((0, 0), dtype=np.int64))


def refine(atoms: Atoms, sets: Sequence[np.ndarray]) -> tuple[Atoms, np.ndarray]:
    """Add sets of posts to those the atoms tell; equal sets are one row.

    Two posts share an atom where 64-bit signatures of the sets they stand in are equal; with a million atoms two
    would be taken for one with probability 3e-8. Atoms are numbered by those signatures and not by the posts, so
    that equal sets give equal numbers whatever the posts are called.

    Returns
    -------
    atoms
        The rows of `members` that there were, then those of the sets that are new.
    rows
        The row of each of `sets`; -1 for a set without posts.
    """
    from scipy import sparse

    named = np.concatenate([np.zeros(0, dtype=np.uint64), *sets])
    owner = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
    posts = np.union1d(atoms.posts, named)
    before = np.full(len(posts), -1)
    before[np.searchsorted(posts, atoms.posts)] = atoms.atom_of
    signature = _mix((before + 1).astype(np.uint64))
    at = np.searchsorted(posts, named)
    np.add.at(signature, at, _mix(owner.astype(np.uint64) + np.uint64(2**40)))
    _, first, atom_of = np.unique(signature, return_index=True, return_inverse=True)
    parent = before[first]
    is_old = parent >= 0
    children = sparse.csr_array((np.ones(is_old.sum(), dtype=np.int64), (parent[is_old], np.flatnonzero(is_old))),
                                shape=(atoms.members.shape[1], len(first)))
    added = sparse.csr_array((np.ones(len(named), dtype=np.int64), (owner, atom_of[at])), shape=(len(sets), len(first)))
    added.sum_duplicates()
    added.data[:] = 1
    members, rows = _distinct(sparse.vstack([atoms.members @ children, added], format="csr", dtype=np.int64))
    return Atoms(posts, atom_of, members), rows[atoms.members.shape[0]:]


def _distinct(members: Any) -> tuple[Any, np.ndarray]:
    """Return the rows that differ and are not empty, in their order, and where each row went (-1 for an empty one)."""
    names = name_rows(members)
    _, first, same = np.unique(names, return_index=True, return_inverse=True)
    filled = names[first] != 0
    order = np.argsort(np.where(filled, first, len(names)), kind="stable")[: filled.sum()]
    place = np.full(len(first), -1)
    place[order] = np.arange(len(order))
    return members[first[order]], place[same]


def name_rows(members: Any) -> np.ndarray:
    """Return a 64-bit name of each row of a 0/1 matrix; equal rows have equal names, an empty row has 0."""
    names = np.zeros(members.shape[0], dtype=np.uint64)
    rows = np.repeat(np.arange(members.shape[0]), np.diff(members.indptr))
    np.add.at(names, rows, _mix(members.indices.astype(np.uint64)))
    return names


def hash_keyed(values: np.ndarray, secret: bytes) -> np.ndarray:
    """Return SipHash-2-4 of each 64-bit value under a secret of 16 bytes.

    Without the secret nobody can test whether a post id they guess is among the hashes; with it everybody can.

    References
    ----------
    Aumasson and Bernstein (2012), SipHash: a fast short-input PRF.
    """
    k0, k1 = (np.uint64(int.from_bytes(secret[i : i + 8], "little")) for i in (0, 8))
    values = np.asarray(values, dtype=np.uint64)
    start = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
    v = [np.full(len(values), np.uint64(s) ^ k) for s, k in zip(start, (k0, k1, k0, k1), strict=True)]
    for block in (values, np.full(1, 8 << 56, dtype=np.uint64)):  # the value, then its length of 8 bytes
        v[3] ^= block
        _rounds(v, 2)
        v[0] ^= block
    v[2] ^= np.uint64(0xFF)
    _rounds(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def hash_sets(sets: Sequence[np.ndarray], secret: bytes) -> list[np.ndarray]:
    """Return sets of 64-bit values as sets of their keyed hashes."""
    if not len(sets):
        return []
    return np.split(hash_keyed(np.concatenate(sets), secret), np.cumsum([len(s) for s in sets])[:-1])


def _rounds(v: list[np.ndarray], times: int) -> None:
    for _ in range(times):
        for a, b, turn in ((0, 1, 13), (2, 3, 16), (0, 3, 21), (2, 1, 17)):
            v[a] += v[b]
            v[b] = _turn(v[b], turn) ^ v[a]
            if turn in (13, 17):
                v[a] = _turn(v[a], 32)


def _turn(x: np.ndarray, bits: int) -> np.ndarray:
    return (x << np.uint64(bits)) | (x >> np.uint64(64 - bits))


def _mix(x: np.ndarray) -> np.ndarray:
    """Scatter whole numbers over 64 bits (the finish of splitmix64)."""
    x = x * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    scattered: np.ndarray = x ^ (x >> np.uint64(31))
    return scattered
