"""The facts of a graded class."""

import collections
import re
import statistics

from . import likeness

BINS = 10


def of(rows):
    """The facts of the results of a class, as JSON."""
    return {
        "students": len(rows),
        "max": max((row["max"] for row in rows), default=0),
        "scores": score_facts(rows),
        "tests": test_facts(rows),
        "failures": failures(rows),
        "hints": hints(rows),
        "times": times(rows),
        "alike": likeness.pairs({row["student"]: row.get("answers", {}) for row in rows}),
        "ungraded": [{"student": row["student"], "reason": "; ".join(row["log"])} for row in rows if row["log"]],
    }


def score_facts(rows):
    """The distribution of scores: shares of the points in tenths, of which the last includes full marks."""
    shares = [row["score"] / row["max"] for row in rows if row["max"]]
    bins = [0] * BINS
    for share in shares:
        bins[min(int(share * BINS + 1e-9), BINS - 1)] += 1
    scores = [row["score"] for row in rows]
    middle = {"mean": round(statistics.fmean(scores), 2), "median": round(statistics.median(scores), 2)} if scores else {"mean": None, "median": None}
    return {"bins": bins, **middle, "full": sum(share >= 1 for share in shares), "zero": sum(share == 0 for share in shares)}


def test_facts(rows):
    """For each test: the points, and how many students have all, some and none of them."""
    found = {}
    for row in rows:
        for name, score in row["scores"].items():
            facts = found.setdefault(name, {"test": name, "points": 0.0, "all": 0, "some": 0, "none": 0, "mean": 0.0})
            points = next((test["points"] for test in row["tests"] if test["id"] == name), 0)
            facts["points"] = max(facts["points"], points)
            facts["mean"] += score / len(rows)
            facts["all" if points and score >= points else "some" if score > 0 else "none"] += 1
    return [{**facts, "mean": round(facts["mean"], 2)} for facts in found.values()]


def failed_checks(test):
    """The checks of a test that failed, by name; the error of a test that lost points without one."""
    names = [each["check"] for each in test["checks"] if not each["passed"]]
    if names or test["score"] >= test["points"]:
        return names
    return [output.get("ename", "") for output in test["outputs"] if output.get("output_type") == "error"] or ["points"]


def failures(rows):
    """The checks that failed for the most students."""
    students = collections.defaultdict(set)
    for row in rows:
        for test in row["tests"]:
            for check in failed_checks(test):
                students[test["id"], check].add(row["student"])
    counted = sorted(students.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"test": test, "check": check, "count": len(who), "students": sorted(who)} for (test, check), who in counted]


def hints(rows):
    """The hints that the most students got. Hints that differ in numbers alone count as one."""
    students, texts = collections.defaultdict(set), {}
    for row in rows:
        for test in row["tests"]:
            for check in test["checks"]:
                if check["hint"]:
                    key = re.sub(r"-?\d+(\.\d+)?(e[+-]?\d+)?", "#", check["hint"])
                    students[key].add(row["student"])
                    texts.setdefault(key, check["hint"])
    counted = sorted(students.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"hint": texts[key], "count": len(who), "students": sorted(who)} for key, who in counted]


def times(rows):
    """The seconds of each notebook, the slowest first."""
    listed = sorted(({"student": row["student"], "seconds": row.get("seconds", 0.0)} for row in rows), key=lambda each: (-each["seconds"], each["student"]))
    seconds = [each["seconds"] for each in listed]
    return {"sum": round(sum(seconds), 1), "median": round(statistics.median(seconds), 2) if seconds else None, "notebooks": listed}
