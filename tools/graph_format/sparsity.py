"""N:M structured sparsity of docs/graph.md: of every m consecutive elements of the last axis at most n are not zero."""

import numpy as np


def blocks(values, m):
    """[..., blocks, m]: the last axis in blocks, the last one filled up with zeros."""
    values = np.asarray(values)
    padding = [(0, 0)] * (values.ndim - 1) + [(0, -values.shape[-1] % m)]
    padded = np.pad(values, padding)
    return padded.reshape(*padded.shape[:-1], -1, m)


def grouped(cut, columns, reduce):
    """Reduces each group of `columns` neighbours of the first axis to one; every index of it gets its group's result."""
    groups = [reduce(cut[first : first + columns], axis=0, keepdims=True) for first in range(0, len(cut), columns)]
    return np.concatenate(groups), np.arange(len(cut)) // columns


def prune(values, n, m, columns=1):
    """The same values with all but the n of greatest magnitude in each block zero; of equals the first stay.

    `columns` neighbours of the first axis keep the same positions: those of the greatest sums of magnitudes.
    """
    cut = blocks(values, m)
    magnitudes = np.abs(cut.astype(np.int64))
    if columns > 1:
        sums, group = grouped(magnitudes, columns, np.sum)
        magnitudes = sums[group]
    order = np.argsort(-magnitudes, axis=-1, kind="stable")
    kept = np.zeros(cut.shape, dtype=bool)
    np.put_along_axis(kept, order[..., :n], True, axis=-1)
    pruned = np.where(kept, cut, 0).reshape(*cut.shape[:-2], -1)
    return pruned[..., : np.shape(values)[-1]]


def compress(values, n, m, columns=1):
    """Kept values and their positions in the block, each [..., blocks * n], positions ascending in a block.

    A block with fewer than n values that are not zero keeps zeros at its highest free positions. `columns` neighbours of
    the first axis share their positions, which come once for all of them.
    """
    cut = blocks(values, m)
    held = cut != 0
    if columns > 1:
        held, group = grouped(held, columns, np.any)
    if np.any(np.count_nonzero(held, axis=-1) > n):
        raise ValueError(f"a block has more than {n} of {m} values that are not zero")
    # Values first, then zeros from the highest position down.
    rank = np.where(held, np.arange(m), 2 * m - np.arange(m))
    positions = np.sort(np.argsort(rank, axis=-1)[..., :n], axis=-1)
    kept = np.take_along_axis(cut, positions[group] if columns > 1 else positions, axis=-1)
    return tuple(array.reshape(*array.shape[:-2], -1) for array in (kept, positions.astype(np.uint8)))


def expand(kept, positions, m, last, columns=1):
    """The inverse of `compress`: [..., last]. The number of kept values per block follows from the shapes."""
    count = -(-last // m)
    if columns > 1:
        positions = np.asarray(positions)[np.arange(len(kept)) // columns]
    rows = np.zeros((*np.shape(kept)[:-1], count, m), dtype=np.asarray(kept).dtype)
    shape = (*np.shape(kept)[:-1], count, -1)
    np.put_along_axis(rows, np.reshape(positions, shape).astype(np.int64), np.reshape(kept, shape), axis=-1)
    return rows.reshape(*np.shape(kept)[:-1], -1)[..., :last]
