"""Option prices by Black and Scholes, and the figures that a portfolio report shows: returns, risk, drawdown, counts."""

import math

import numpy as np
from numpy.typing import NDArray


def to_normal_distribution(x: NDArray[np.float64]) -> None:
    """Each x to the share below it, in place, by polynomial 26.2.17 of Abramowitz and Stegun: right to seven digits."""
    for i in range(len(x)):
        t = 1.0 / (1.0 + 0.2316419 * abs(x[i]))
        tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
        tail *= math.exp(-0.5 * x[i] * x[i]) / math.sqrt(2.0 * math.pi)
        x[i] = 1.0 - tail if x[i] > 0.0 else tail


def call_prices(spot: NDArray[np.float64], strike: NDArray[np.float64], years: NDArray[np.float64],
                rate: float, sigma: float) -> NDArray[np.float64]:
    """European calls by the formula of Black and Scholes."""
    d1, d2, calls = np.zeros(len(spot)), np.zeros(len(spot)), np.zeros(len(spot))
    for i in range(len(spot)):
        d1[i] = (math.log(spot[i] / strike[i]) + (rate + 0.5 * sigma ** 2) * years[i]) / (sigma * math.sqrt(years[i]))
        d2[i] = d1[i] - sigma * math.sqrt(years[i])
    to_normal_distribution(d1)
    to_normal_distribution(d2)
    for i in range(len(spot)):
        calls[i] = spot[i] * d1[i] - strike[i] * math.exp(-rate * years[i]) * d2[i]
    return calls


def put_prices(calls: NDArray[np.float64], spot: NDArray[np.float64], strike: NDArray[np.float64],
               years: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """Puts from calls by put-call parity."""
    puts = np.zeros_like(calls)
    i = 0
    while i < len(calls):
        puts[i] = calls[i] - spot[i] + strike[i] * math.exp(-rate * years[i])
        i += 1
    return puts


def log_returns(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Daily log returns of (days, assets)."""
    returns = np.zeros((len(prices) - 1, prices.shape[1]))
    for t in range(1, len(prices)):
        for a in range(prices.shape[1]):
            returns[t - 1, a] = math.log(prices[t, a] / prices[t - 1, a])
    return returns


def mean_returns(returns: NDArray[np.float64]) -> NDArray[np.float64]:
    """One mean an asset."""
    mean = np.zeros(returns.shape[1])
    for day in returns:
        for a, value in enumerate(day):
            mean[a] += value / len(returns)
    return mean


def covariance(returns: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sample covariance of every pair of assets."""
    assets = returns.shape[1]
    table = np.zeros((assets, assets))
    for a in range(assets):
        for b in range(assets):
            total = 0.0
            for t in range(len(returns)):
                total += (returns[t, a] - mean[a]) * (returns[t, b] - mean[b])
            table[a, b] = total / (len(returns) - 1)
    return table


def portfolio_variance(weights: NDArray[np.float64], table: NDArray[np.float64]) -> float:
    """The quadratic form of the weights."""
    return sum(weights[i] * table[i, j] * weights[j] for i in range(len(weights)) for j in range(len(weights)))


def portfolio_returns(returns: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weighted return of each day."""
    daily = []
    for day in returns:
        total = 0.0
        for value, weight in zip(day, weights):
            total += value * weight
        daily.append(total)
    return np.array(daily)


def tails(daily: NDArray[np.float64], limit: float) -> tuple[int, float]:
    """How many days lost more than the limit, and the sum of what they lost."""
    losses, shortfall = 0, 0.0
    for value in daily:
        if value < -limit:
            losses += 1
            shortfall -= value
    return losses, round(float(shortfall), 6)


def worst_drawdown(daily: NDArray[np.float64]) -> float:
    """The deepest fall below the best value so far: each day builds on the day before."""
    level = peak = worst = 0.0
    for value in daily:
        level += value
        peak = max(peak, level)
        worst = max(worst, peak - level)
    return worst


def main() -> None:
    """Price a book of options and report on a year of eight assets."""
    g = np.random.default_rng(13)
    spot, strike, years = g.uniform(80, 120, 2000), g.uniform(80, 120, 2000), g.uniform(0.1, 2.0, 2000)
    calls = call_prices(spot, strike, years, 0.03, 0.25)
    returns, weights = log_returns(np.exp(np.cumsum(g.normal(0.0003, 0.012, (250, 8)), axis=0))), np.full(8, 0.125)
    risk = portfolio_variance(weights, covariance(returns, mean_returns(returns)))
    daily = portfolio_returns(returns, weights)
    print(f"calls {calls.sum():.6g}, puts {put_prices(calls, spot, strike, years, 0.03).sum():.6g}")
    print(f"variance {risk:.6g}, drawdown {worst_drawdown(daily):.6g}, tail {tails(daily, 0.005)}")


if __name__ == "__main__":
    main()
