"""Filters on one picture, written pixel by pixel: greyscale, gamma, sharpening, a local threshold and brightness figures."""

import numpy as np
from numpy.typing import NDArray

SHARPEN = np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])


def to_grey(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Luma of an RGB picture (height, width, 3) with values from 0 to 1."""
    height, width, _ = image.shape
    grey = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            red = image[row, column, 0]
            green = image[row, column, 1]
            blue = image[row, column, 2]
            grey[row, column] = 0.299 * red + 0.587 * green + 0.114 * blue
    return grey


def correct_gamma(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sRGB curve: linear in the shadows, a power above."""
    out = np.zeros_like(grey)
    for i in range(grey.shape[0]):
        for j in range(grey.shape[1]):
            if grey[i, j] <= 0.0031308:
                out[i, j] = 12.92 * grey[i, j]
            else:
                out[i, j] = 1.055 * grey[i, j] ** (1.0 / 2.4) - 0.055
    return out


def filter_3x3(grey: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slide a 3 by 3 kernel over the picture; the border is cut off."""
    height, width = grey.shape
    out = np.zeros((height - 2, width - 2))
    for i in range(height - 2):
        for j in range(width - 2):
            total = 0.0
            for u in range(3):
                for v in range(3):
                    total += kernel[u, v] * grey[i + u, j + v]
            out[i, j] = total
    return out


def clip(grey: NDArray[np.float64]) -> None:
    """Bring what left the range 0 to 1 back into it, in place."""
    rows, columns = grey.shape
    for i in range(rows):
        for j in range(columns):
            if grey[i, j] < 0.0:
                grey[i, j] = 0.0
            elif grey[i, j] > 1.0:
                grey[i, j] = 1.0


def local_threshold(grey: NDArray[np.float64], offset: float) -> NDArray[np.bool_]:
    """True where a pixel is brighter than the mean of the 5 by 5 box that starts at it."""
    rows = grey.shape[0] - 4
    columns = grey.shape[1] - 4
    mask = np.zeros((rows, columns), dtype=bool)
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for u in range(5):
                for v in range(5):
                    total += grey[i + u, j + v]
            mask[i, j] = grey[i, j] > total / 25.0 + offset
    return mask


def brightness(grey: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation, in two passes."""
    total = 0.0
    for row in grey:
        for pixel in row:
            total += pixel
    mean = total / grey.size
    spread = 0.0
    for row in grey:
        for pixel in row:
            spread += (pixel - mean) ** 2
    return mean, (spread / grey.size) ** 0.5


def histogram(grey: NDArray[np.float64]) -> NDArray[np.int64]:
    """Sixteen bins of brightness; many pixels share a bin."""
    bins = np.zeros(16, dtype=np.int64)
    for value in grey.ravel():
        bins[min(int(value * 16.0), 15)] += 1
    return bins


def main() -> None:
    """Run all filters on a made-up picture and print a figure for each."""
    image = np.random.default_rng(7).random((96, 128, 3))
    grey = correct_gamma(to_grey(image))
    sharp = filter_3x3(grey, SHARPEN)
    clip(sharp)
    mask = local_threshold(sharp, 0.02)
    mean, deviation = brightness(sharp)
    print(f"grey {grey.sum():.6g}, sharp {sharp.sum():.6g}, above threshold {np.count_nonzero(mask)}")
    print(f"brightness {mean:.6g} +- {deviation:.6g}")
    print("histogram", *histogram(sharp))


if __name__ == "__main__":
    main()
