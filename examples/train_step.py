"""One training step of a two-layer classifier by hand: forward pass, loss, gradients and the update."""

import math

import numpy as np
from numpy.typing import NDArray


def dense(x: NDArray[np.float64], weight: NDArray[np.float64], bias: NDArray[np.float64]) -> NDArray[np.float64]:
    """x (batch, inputs) times weight (inputs, outputs), plus the bias."""
    out = np.zeros((x.shape[0], weight.shape[1]))
    for b in range(x.shape[0]):
        for o in range(weight.shape[1]):
            total = bias[o]
            for i in range(x.shape[1]):
                total += x[b, i] * weight[i, o]
            out[b, o] = total
    return out


def relu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Negative values become zero."""
    out = np.zeros_like(x)
    for i, row in enumerate(x):
        for j, value in enumerate(row):
            out[i, j] = value if value > 0.0 else 0.0
    return out


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row by row, shifted by the row's largest score so that exp can't overflow."""
    out = np.zeros_like(scores)
    classes = scores.shape[1]
    for b in range(len(scores)):
        largest = scores[b, 0]
        for c in range(1, classes):
            if scores[b, c] > largest:
                largest = scores[b, c]
        total = 0.0
        for c in range(classes):
            out[b, c] = math.exp(scores[b, c] - largest)
            total += out[b, c]
        for c in range(classes):
            out[b, c] /= total
    return out


def cross_entropy(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Mean negative log probability of the right class."""
    return sum(-math.log(row[label]) for row, label in zip(probabilities, labels)) / len(labels)


def score_gradient(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of the mean loss: probability minus one-hot label, over the batch size."""
    gradient = np.zeros_like(probabilities)
    for b, label in enumerate(labels):
        for c in range(probabilities.shape[1]):
            target = 1.0 if c == label else 0.0
            gradient[b, c] = (probabilities[b, c] - target) / len(labels)
    return gradient


def weight_gradient(x: NDArray[np.float64], delta: NDArray[np.float64]) -> NDArray[np.float64]:
    """x transposed times delta: one sum over the batch for each weight."""
    gradient = np.zeros((x.shape[1], delta.shape[1]))
    for b in range(x.shape[0]):
        for i in range(x.shape[1]):
            for o in range(delta.shape[1]):
                gradient[i, o] += x[b, i] * delta[b, o]
    return gradient


def bias_gradient(delta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Column sums."""
    gradient = np.zeros(delta.shape[1])
    for row in delta:
        for o, value in enumerate(row):
            gradient[o] += value
    return gradient


def hidden_gradient(delta: NDArray[np.float64], weight: NDArray[np.float64], hidden: NDArray[np.float64]) -> NDArray[np.float64]:
    """Delta times weight transposed, through the ReLU."""
    out = np.zeros(hidden.shape)
    for b in range(hidden.shape[0]):
        for h in range(hidden.shape[1]):
            if hidden[b, h] > 0.0:
                out[b, h] = sum(delta[b, o] * weight[h, o] for o in range(delta.shape[1]))
    return out


def update(weight: NDArray[np.float64], gradient: NDArray[np.float64], rate: float, decay: float) -> None:
    """Gradient descent with weight decay, in place."""
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            weight[i, j] -= rate * (gradient[i, j] + decay * weight[i, j])


def main() -> None:
    """One step on random data; the loss has to fall."""
    g = np.random.default_rng(11)
    x, labels = g.normal(size=(64, 20)), g.integers(0, 10, 64)
    w1, b1, w2, b2 = g.normal(size=(20, 32)) / 5, np.zeros(32), g.normal(size=(32, 10)) / 6, np.zeros(10)
    hidden = relu(dense(x, w1, b1))
    probabilities = softmax(dense(hidden, w2, b2))
    delta = score_gradient(probabilities, labels)
    delta_hidden = hidden_gradient(delta, w2, hidden)
    update(w2, weight_gradient(hidden, delta), 0.5, 1e-4)
    update(w1, weight_gradient(x, delta_hidden), 0.5, 1e-4)
    b1 -= 0.5 * bias_gradient(delta_hidden)
    b2 -= 0.5 * bias_gradient(delta)
    after = softmax(dense(relu(dense(x, w1, b1)), w2, b2))
    print(f"loss {cross_entropy(probabilities, labels):.6g} -> {cross_entropy(after, labels):.6g}")
    print(f"norms {np.linalg.norm(w1):.6g} {np.linalg.norm(w2):.6g} {np.linalg.norm(b1):.6g}")


if __name__ == "__main__":
    main()
