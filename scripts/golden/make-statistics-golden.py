"""Golden numbers of src/statistics from SciPy: python3 scripts/golden/make-statistics-golden.py > test/golden/statistics.json"""

import json

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(11)
quantiles = [
    {"probability": probability, "degrees": degrees, "quantile": float(stats.t.ppf(probability, degrees))}
    for degrees in (1, 2, 3, 4, 5, 8, 17, 40, 200, 3000)
    for probability in (0.55, 0.8, 0.95, 0.975, 0.99, 0.9975, 0.9999)
]
intervals = []
for count, confidence in ((2, 0.95), (3, 0.95), (5, 0.9), (5, 0.9875), (12, 0.99)):
    values = numpy.round(random.normal(90, 2, count), 3)
    low, high = stats.t.interval(confidence, count - 1, loc=values.mean(), scale=stats.sem(values))
    intervals.append({
        "values": values.tolist(), "confidence": confidence, "mean": float(values.mean()),
        "standardDeviation": float(values.std(ddof=1)), "half": float((high - low) / 2),
    })
paired = []
for count in (3, 5, 8):
    first = numpy.round(random.normal(90, 1, count), 3)
    second = numpy.round(first - random.normal(0.5, 0.4, count), 3)
    low, high = stats.ttest_rel(first, second).confidence_interval(0.95)
    paired.append({"first": first.tolist(), "second": second.tolist(), "low": float(low), "high": float(high)})
print(json.dumps({"scipy": scipy.__version__, "numpy": numpy.__version__, "quantiles": quantiles,
                  "intervals": intervals, "paired": paired}, indent=1))
