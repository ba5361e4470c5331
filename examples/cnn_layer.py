"""A small convolutional network for one batch, every layer as its definition says: normalise, convolve, ReLU, pool, classify."""

import numpy as np
from numpy.typing import NDArray


def normalise(images: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each channel of (batch, channels, height, width) to mean 0 and variance 1 over the batch."""
    batch, channels, height, width = images.shape
    count = batch * height * width
    mean = np.zeros(channels)
    for n in range(batch):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    mean[c] += images[n, c, i, j] / count
    variance = np.zeros(channels)
    for n in range(batch):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    difference = images[n, c, i, j] - mean[c]
                    variance[c] += difference * difference / count
    out = np.zeros_like(images)
    for n in range(batch):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    out[n, c, i, j] = (images[n, c, i, j] - mean[c]) / np.sqrt(variance[c] + 1e-5)
    return out


def convolve(images: NDArray[np.float64], weight: NDArray[np.float64], bias: NDArray[np.float64]) -> NDArray[np.float64]:
    """Filters (filters, channels, rows, columns) with stride 2 and no padding."""
    batch, channels, height, width = images.shape
    filters, _, rows, columns = weight.shape
    out = np.zeros((batch, filters, (height - rows) // 2 + 1, (width - columns) // 2 + 1))
    for n in range(batch):
        for f in range(filters):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    total = bias[f]
                    for c in range(channels):
                        for u in range(rows):
                            for v in range(columns):
                                total += weight[f, c, u, v] * images[n, c, 2 * i + u, 2 * j + v]
                    out[n, f, i, j] = total
    return out


def relu(x: NDArray[np.float64]) -> None:
    """Negative values become zero, in place."""
    batch, channels, height, width = x.shape
    for n in range(batch):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    x[n, c, i, j] = max(x[n, c, i, j], 0.0)


def max_pool(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest of each 2 by 2 block."""
    batch, channels, height, width = x.shape
    out = np.zeros((batch, channels, height // 2, width // 2))
    for n in range(batch):
        for c in range(channels):
            for i in range(height // 2):
                for j in range(width // 2):
                    best = x[n, c, 2 * i, 2 * j]
                    for u in range(2):
                        for v in range(2):
                            if x[n, c, 2 * i + u, 2 * j + v] > best:
                                best = x[n, c, 2 * i + u, 2 * j + v]
                    out[n, c, i, j] = best
    return out


def global_average(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """One figure a channel."""
    batch, channels, height, width = x.shape
    out = np.zeros((batch, channels))
    for n in range(batch):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    out[n, c] += x[n, c, i, j] / (height * width)
    return out


def classify(features: NDArray[np.float64], weight: NDArray[np.float64]) -> list[int]:
    """The class with the largest score for each image; the first of equals."""
    winners = []
    for feature in features:
        best = 0
        best_score = -np.inf
        for k in range(weight.shape[0]):
            score = 0.0
            for c in range(weight.shape[1]):
                score += weight[k, c] * feature[c]
            if score > best_score:
                best_score = score
                best = k
        winners.append(best)
    return winners


def main() -> None:
    """Four images through the layers, with a figure after each."""
    g = np.random.default_rng(3)
    images = normalise(g.random((4, 3, 22, 22)))
    x = convolve(images, g.normal(size=(6, 3, 3, 3)), g.normal(size=6))
    relu(x)
    pooled = max_pool(x)
    features = global_average(pooled)
    print(f"images {np.abs(images).sum():.6g}, convolved {x.sum():.6g}, pooled {pooled.sum():.6g}")
    print(f"features {features.sum():.6g}, classes {classify(features, g.normal(size=(5, 6)))}")


if __name__ == "__main__":
    main()
