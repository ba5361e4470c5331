"""Sentences as vectors: look words up, pool them, compare all pairs and find each sentence's nearest neighbour."""

import math

import numpy as np
from numpy.typing import NDArray

PADDING = 0


def embed(table: NDArray[np.float64], tokens: NDArray[np.int64]) -> NDArray[np.float64]:
    """Row `tokens[s, t]` of the table for each token of each sentence."""
    sentences, length = tokens.shape
    width = table.shape[1]
    out = np.zeros((sentences, length, width))
    for s in range(sentences):
        for t in range(length):
            for d in range(width):
                out[s, t, d] = table[tokens[s, t], d]
    return out


def count_words(tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tokens of each sentence that are not padding."""
    counts = np.zeros(tokens.shape[0], dtype=np.int64)
    for s in range(tokens.shape[0]):
        for t in range(tokens.shape[1]):
            if tokens[s, t] != PADDING:
                counts[s] += 1
    return counts


def mean_pool(vectors: NDArray[np.float64], tokens: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean over the words of each sentence, padding left out."""
    sentences, length, width = vectors.shape
    pooled = np.zeros((sentences, width))
    for s in range(sentences):
        for t in range(length):
            if tokens[s, t] != PADDING:
                for d in range(width):
                    pooled[s, d] += vectors[s, t, d]
    for s in range(sentences):
        for d in range(width):
            pooled[s, d] /= counts[s]
    return pooled


def bag_scores(weights: NDArray[np.float64], tokens: NDArray[np.int64]) -> list[float]:
    """Sum of one learned weight a word: a bag-of-words score for each sentence."""
    scores = []
    for sentence in tokens:
        scores.append(sum(weights[token] for token in sentence))
    return scores


def lengths(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Euclidean norm of each row."""
    out = np.zeros(vectors.shape[0])
    for i in range(vectors.shape[0]):
        total = 0.0
        for j in range(vectors.shape[1]):
            total += vectors[i, j] * vectors[i, j]
        out[i] = math.sqrt(total)
    return out


def cosine_table(vectors: NDArray[np.float64], norms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosine of the angle between any two rows."""
    n, width = vectors.shape
    table = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            dot = 0.0
            for d in range(width):
                dot += vectors[i, d] * vectors[j, d]
            table[i, j] = dot / (norms[i] * norms[j])
    return table


def nearest(table: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each row the other row that is most like it; the first of equals."""
    n = table.shape[0]
    out = np.zeros(n, dtype=np.int64)
    for i in range(n):
        best = -2.0
        for j in range(n):
            if j != i and table[i, j] > best:
                best = table[i, j]
                out[i] = j
    return out


def one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """A row a label, with a one where its class is."""
    out = np.zeros((len(labels), classes))
    for i, label in enumerate(labels):
        out[i, label] = 1.0
    return out


def main() -> None:
    """Forty made-up sentences, padded to the longest."""
    g = np.random.default_rng(5)
    tokens = g.integers(1, 300, (40, 16))
    for s, words in enumerate(g.integers(3, 17, 40)):
        tokens[s, words:] = PADDING
    table = g.normal(size=(300, 24))
    counts = count_words(tokens)
    pooled = mean_pool(embed(table, tokens), tokens, counts)
    similarity = cosine_table(pooled, lengths(pooled))
    neighbours = nearest(similarity)
    print(f"words {counts.sum()}, pooled {np.abs(pooled).sum():.6g}, similarity {similarity.sum():.6g}")
    print(f"scores {sum(bag_scores(table[:, 0].copy(), tokens)):.6g}, hot {one_hot(counts, 17).sum():.6g}")
    print("nearest", *neighbours)


if __name__ == "__main__":
    main()
