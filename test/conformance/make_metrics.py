"""Writes metrics.json.gz: values of scikit-learn's metrics for random and for degenerate examples.

python test/conformance/make_metrics.py        (needs scikit-learn)
"""

import gzip
import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import calibration
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
random = np.random.default_rng(0)
cases = []


def plain(value):
    """Numbers as JSON: NaN and infinities as text."""
    if isinstance(value, np.ndarray):
        return [plain(v) for v in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    value = float(value)
    return value if np.isfinite(value) else str(value).replace("inf", "Infinity").replace("nan", "NaN")


def case(name, value, prediction, target, sample_weight=None, **options):
    cases.append(
        {
            "name": name,
            "prediction": plain(np.asarray(prediction)),
            "target": plain(np.asarray(target)),
            "sampleWeight": None if sample_weight is None else plain(sample_weight),
            "options": {k: plain(v) if isinstance(v, float) else v for k, v in options.items()},
            "value": plain(value),
        }
    )


def weights(n):
    return [None, random.uniform(0.1, 3, n)]


def label_pairs():
    """Predicted and true classes: random, of one class, without a class, single."""
    for n, classes in [(1, 1), (7, 2), (40, 2), (40, 3), (60, 6)]:
        target = random.integers(0, classes, n)
        yield np.where(random.random(n) < 0.5, target, random.integers(0, classes, n)), target
    zeros, ones = np.zeros(9, int), np.ones(9, int)
    mixed = np.array([0, 1, 0, 1, 1, 0, 0, 1, 1])
    yield from [(zeros, zeros), (ones, ones), (zeros, ones), (ones, zeros), (zeros, mixed), (ones, mixed), (mixed, zeros), (mixed, ones)]
    yield np.array([0, 5, 2, 2]), np.array([2, 0, 5, 2])
    yield np.array([0, 1, 2]), np.array([3, 4, 5])


def classes():
    for p, t in label_pairs():
        for w in weights(len(t)):
            case("accuracy", sk.accuracy_score(t, p, sample_weight=w), p, t, w)
            case("zeroOneLoss", sk.zero_one_loss(t, p, sample_weight=w), p, t, w)
            case("matthewsCorrelation", sk.matthews_corrcoef(t, p, sample_weight=w), p, t, w)
            for adjusted in [False, True]:
                case("balancedAccuracy", sk.balanced_accuracy_score(t, p, sample_weight=w, adjusted=adjusted), p, t, w, adjusted=adjusted)
            for kind in ["none", "linear", "quadratic"]:
                value = sk.cohen_kappa_score(t, p, weights=None if kind == "none" else kind, sample_weight=w)
                case("cohenKappa", value, p, t, w, weights=kind)
            averages = ["macro", "micro", "weighted"] + (["binary"] if max(p.max(), t.max()) <= 1 else [])
            for average in averages:
                for zero in [0, 1, float("nan")]:
                    named = {"average": average, "zero_division": zero, "sample_weight": w}
                    ours = {"average": average, "zeroDivision": float(zero)}
                    case("precision", sk.precision_score(t, p, **named), p, t, w, **ours)
                    case("recall", sk.recall_score(t, p, **named), p, t, w, **ours)
                    case("f1", sk.f1_score(t, p, **named), p, t, w, **ours)
                    case("fBeta", sk.fbeta_score(t, p, beta=0.5, **named), p, t, w, beta=0.5, **ours)
                    if zero == zero:
                        case("jaccard", sk.jaccard_score(t, p, **named), p, t, w, **ours)


def binary_scores():
    """Scores and targets: random, with ties, all equal, all right, all wrong."""
    for n in [2, 9, 60]:
        t = random.integers(0, 2, n)
        t[:2] = [0, 1]
        yield np.clip(0.5 * t + random.random(n) * 0.7, 0, 1), t
        yield np.round(random.random(n), 1), t
        yield np.full(n, 0.5), t
        yield t.astype(float), t
        yield 1.0 - t, t


def scores():
    for p, t in binary_scores():
        for w in weights(len(t)):
            case("logLoss", sk.log_loss(t, p, sample_weight=w, labels=[0, 1]), p, t, w)
            case("brierScore", sk.brier_score_loss(t, p, sample_weight=w), p, t, w)
            case("hingeLoss", sk.hinge_loss(t, 4 * p - 2, sample_weight=w), 4 * p - 2, t, w)
            case("averagePrecision", sk.average_precision_score(t, p, sample_weight=w), p, t, w)
            for limit in [0.1, 0.5, 1.0]:
                case("rocAuc", sk.roc_auc_score(t, p, sample_weight=w, max_fpr=limit), p, t, w, maxFpr=limit)
            for drop in [False, True]:
                fpr, tpr, at = sk.roc_curve(t, p, sample_weight=w, drop_intermediate=drop)
                case("rocCurve", 0, p, t, w, dropIntermediate=drop)
                cases[-1]["value"] = {"falsePositiveRate": plain(fpr), "truePositiveRate": plain(tpr), "thresholds": plain(at)}
                precision, recall, at = sk.precision_recall_curve(t, p, sample_weight=w, drop_intermediate=drop)
                case("precisionRecallCurve", 0, p, t, w, dropIntermediate=drop)
                cases[-1]["value"] = {"precision": plain(precision), "recall": plain(recall), "thresholds": plain(at)}
                fpr, fnr, at = sk.det_curve(t, p, sample_weight=w, drop_intermediate=drop)
                case("detCurve", 0, p, t, w, dropIntermediate=drop)
                cases[-1]["value"] = {"falsePositiveRate": plain(fpr), "falseNegativeRate": plain(fnr), "thresholds": plain(at)}
        for strategy in ["uniform", "quantile"]:
            for bins in [1, 3, 5]:
                observed, predicted = calibration.calibration_curve(t, p, n_bins=bins, strategy=strategy)
                case("calibrationCurve", 0, p, t, bins=bins, strategy=strategy)
                cases[-1]["value"] = {"observed": plain(observed), "predicted": plain(predicted)}
    for t in [np.zeros(5, int), np.ones(5, int)]:
        p = random.random(5)
        case("rocAuc", sk.roc_auc_score(t, p), p, t)
        case("averagePrecision", sk.average_precision_score(t, p), p, t)
        case("logLoss", sk.log_loss(t, p, labels=[0, 1]), p, t)


def multiclass():
    for n, k in [(12, 3), (60, 5)]:
        for rounded in [False, True]:
            p = random.random((n, k)) + 0.01
            if rounded:
                p = np.round(p, 1) + 0.1
            p /= p.sum(1, keepdims=True)
            t = random.integers(0, k, n)
            t[:k] = np.arange(k)
            labels = list(range(k))
            for w in weights(n):
                case("logLoss", sk.log_loss(t, p, sample_weight=w), p, t, w)
                for half in [True, False]:
                    case("brierScore", sk.brier_score_loss(t, p, sample_weight=w, scale_by_half=half), p, t, w, scaleByHalf=half)
                case("hingeLoss", sk.hinge_loss(t, 3 * p, sample_weight=w, labels=labels), 3 * p, t, w)
                for top in [1, 2, 4]:
                    case("topKAccuracy", sk.top_k_accuracy_score(t, p, k=top, sample_weight=w, labels=labels), p, t, w, k=top)
                for average in ["macro", "weighted"]:
                    value = sk.roc_auc_score(t, p, multi_class="ovr", average=average, sample_weight=w)
                    case("rocAuc", value, p, t, w, average=average)
                    if w is None:
                        case("rocAuc", sk.roc_auc_score(t, p, multi_class="ovo", average=average), p, t, average=average, multiClass="ovo")
                for average in ["macro", "weighted", "micro"]:
                    case("averagePrecision", sk.average_precision_score(t, p, average=average, sample_weight=w), p, t, w, average=average)
    # probabilities of 0 are clipped
    p, t = np.array([[1, 0, 0], [0, 0, 1], [0.5, 0.5, 0]]), np.array([0, 1, 2])
    case("logLoss", sk.log_loss(t, p), p, t)


def regression():
    for shape in [(2,), (3,), (30,), (31, 1), (20, 3)]:
        t = random.normal(size=shape)
        for p in [t + random.normal(size=shape), t, np.full(shape, 0.25), np.zeros(shape)]:
            for target in [t, np.full(shape, 2.0), np.where(random.random(shape) < 0.3, 0, t)]:
                is_constant = np.ptp(target) == 0
                # a constant target whose weighted mean is rounded has a variance above 0 in scikit-learn
                for w in weights(shape[0])[: 1 if is_constant else 2]:
                    named = {"sample_weight": w}
                    case("meanSquaredError", sk.mean_squared_error(target, p, **named), p, target, w)
                    case("rootMeanSquaredError", sk.root_mean_squared_error(target, p, **named), p, target, w)
                    case("meanAbsoluteError", sk.mean_absolute_error(target, p, **named), p, target, w)
                    case("meanAbsolutePercentageError", sk.mean_absolute_percentage_error(target, p, **named), p, target, w)
                    case("medianAbsoluteError", sk.median_absolute_error(target, p, **named), p, target, w)
                    for alpha in [0.0, 0.3, 1.0]:
                        case("meanPinballLoss", sk.mean_pinball_loss(target, p, alpha=alpha, **named), p, target, w, alpha=alpha)
                    for ours, theirs in [("uniform", "uniform_average"), ("variance", "variance_weighted")]:
                        case("r2", sk.r2_score(target, p, multioutput=theirs, **named), p, target, w, average=ours)
                        value = sk.explained_variance_score(target, p, multioutput=theirs, **named)
                        case("explainedVariance", value, p, target, w, average=ours)
                    q, u = np.abs(p) + 0.1, np.abs(target) + 0.1
                    case("meanSquaredLogError", sk.mean_squared_log_error(u, q, **named), q, u, w)
                    case("rootMeanSquaredLogError", sk.root_mean_squared_log_error(u, q, **named), q, u, w)
                    if len(shape) == 1:
                        case("meanPoissonDeviance", sk.mean_poisson_deviance(np.abs(target), q, **named), q, np.abs(target), w)
                        case("meanGammaDeviance", sk.mean_gamma_deviance(u, q, **named), q, u, w)
                        for power in [-1, 0, 1.5, 2, 3]:
                            value = sk.mean_tweedie_deviance(u, q, power=power, **named)
                            case("meanTweedieDeviance", value, q, u, w, power=power)
                if len(shape) == 1:
                    case("maxError", sk.max_error(target, p), p, target)
    case("r2", sk.r2_score([1.0], [2.0]), [2.0], [1.0])


def ranking():
    for n, k in [(1, 3), (8, 5), (20, 12)]:
        for digits in [1, 8]:
            p = np.round(random.random((n, k)), digits)
            gains = random.integers(0, 4, (n, k)).astype(float)
            gains[0] = 0
            labels = random.integers(0, 2, (n, k))
            # a row without labels and one of labels alone
            if n > 2:
                labels[1], labels[2] = 0, 1
            for w in weights(n):
                for top in [1, 3, None]:
                    ours = {} if top is None else {"k": top}
                    case("dcg", sk.dcg_score(gains, p, k=top, sample_weight=w), p, gains, w, **ours)
                    case("ndcg", sk.ndcg_score(gains, p, k=top, sample_weight=w), p, gains, w, **ours)
                case("dcg", sk.dcg_score(gains, p, log_base=10, sample_weight=w), p, gains, w, logBase=10)
                case("coverageError", sk.coverage_error(labels, p, sample_weight=w), p, labels, w)
                case("labelRankingAveragePrecision", sk.label_ranking_average_precision_score(labels, p, sample_weight=w), p, labels, w)
                case("labelRankingLoss", sk.label_ranking_loss(labels, p, sample_weight=w), p, labels, w)


def clusterings():
    pairs = [*label_pairs(), (np.arange(6), np.arange(6)), (np.arange(6), np.zeros(6, int)), (np.zeros(6, int), np.arange(6))]
    for p, t in pairs:
        case("randIndex", sk.rand_score(t, p), p, t)
        case("adjustedRandIndex", sk.adjusted_rand_score(t, p), p, t)
        case("fowlkesMallows", sk.fowlkes_mallows_score(t, p), p, t)
        case("mutualInformation", sk.mutual_info_score(t, p), p, t)
        case("normalizedMutualInformation", sk.normalized_mutual_info_score(t, p), p, t)
        case("adjustedMutualInformation", sk.adjusted_mutual_info_score(t, p), p, t)
        for beta in [0.5, 1, 2]:
            h, c, v = sk.homogeneity_completeness_v_measure(t, p, beta=beta)
            case("vMeasure", 0, p, t, beta=beta)
            cases[-1]["value"] = {"homogeneity": plain(h), "completeness": plain(c), "vMeasure": plain(v)}
    for n, d, k in [(6, 1, 2), (30, 3, 4), (40, 2, 12)]:
        x = random.normal(size=(n, d))
        labels = random.integers(0, k, n)
        labels[:k] = np.arange(k)
        for points in [x, np.round(x), x + 10 * labels[:, None], labels[:, None] * np.ones((n, d))]:
            case("silhouette", sk.silhouette_score(points, labels), points, labels)
            case("calinskiHarabasz", sk.calinski_harabasz_score(points, labels), points, labels)
            case("daviesBouldin", sk.davies_bouldin_score(points, labels), points, labels)


for part in [classes, scores, multiclass, regression, ranking, clusterings]:
    part()
text = json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, separators=(",", ":"))
path = Path(__file__).with_name("metrics.json.gz")
path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
