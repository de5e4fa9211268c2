"""N:M structured sparsity of docs/graph.md: of every m consecutive elements of the last axis at most n are not zero."""

import numpy as np


def blocks(values, m):
    """[..., blocks, m]: the last axis in blocks, the last one filled up with zeros."""
    values = np.asarray(values)
    padding = [(0, 0)] * (values.ndim - 1) + [(0, -values.shape[-1] % m)]
    padded = np.pad(values, padding)
    return padded.reshape(*padded.shape[:-1], -1, m)


def prune(values, n, m):
    """The same values with all but the n of greatest magnitude in each block zero; of equals the first stay."""
    cut = blocks(values, m)
    order = np.argsort(-np.abs(cut.astype(np.int64)), axis=-1, kind="stable")
    kept = np.zeros(cut.shape, dtype=bool)
    np.put_along_axis(kept, order[..., :n], True, axis=-1)
    pruned = np.where(kept, cut, 0).reshape(*cut.shape[:-2], -1)
    return pruned[..., : np.shape(values)[-1]]


def compress(values, n, m):
    """Kept values and their positions in the block, each [..., blocks * n], positions ascending in a block.

    A block with fewer than n values that are not zero keeps zeros at its highest free positions.
    """
    cut = blocks(values, m)
    if np.any(np.count_nonzero(cut, axis=-1) > n):
        raise ValueError(f"a block has more than {n} of {m} values that are not zero")
    # Values first, then zeros from the highest position down.
    rank = np.where(cut != 0, np.arange(m), 2 * m - np.arange(m))
    positions = np.sort(np.argsort(rank, axis=-1)[..., :n], axis=-1)
    kept = np.take_along_axis(cut, positions, axis=-1)
    return tuple(array.reshape(*cut.shape[:-2], -1) for array in (kept, positions.astype(np.uint8)))


def expand(kept, positions, m, last):
    """The inverse of `compress`: [..., last]. The number of kept values per block follows from the shapes."""
    count = -(-last // m)
    rows = np.zeros((*np.shape(kept)[:-1], count, m), dtype=np.asarray(kept).dtype)
    shape = (*np.shape(kept)[:-1], count, -1)
    np.put_along_axis(rows, np.reshape(positions, shape).astype(np.int64), np.reshape(kept, shape), axis=-1)
    return rows.reshape(*np.shape(kept)[:-1], -1)[..., :last]
