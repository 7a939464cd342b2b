"""
Answers that are alike. Answers are compared by the runs of tokens that they share, as MOSS does (Schleimer, Wilkerson and Aiken, "Winnowing", 2003): names of the
student's own count as one token, and runs that many students have, such as the text of the release, count for nothing.
"""

import collections
import itertools
import re

# tokens in a run
RUN = 8

# the least number of rare runs that two students share, and the least share of the shorter answer
LEAST_RUNS = 12
LEAST_SHARE = 0.6

MOST_PAIRS = 50

TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r"|(?P<text>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<member>\.\s*[A-Za-z_$][\w$]*)"
    r"|(?P<name>[A-Za-z_$#][\w$]*)"
    r"|(?P<sign>=>|\*\*|[^\s\w])",
    re.DOTALL,
)

WORDS = set("async await break case catch class const continue do else export extends for function if import in instanceof let new of return static super switch this throw try typeof var void while yield".split())


def tokens(source):
    """The tokens of a program, without comments, with the names of variables replaced."""
    made = []
    for found in TOKEN.finditer(source):
        kind = found.lastgroup
        if kind is None:
            continue
        text = found.group().replace(" ", "")
        made.append("v" if kind == "name" and text not in WORDS else text)
    return made


def runs(source):
    """The runs of tokens of a program."""
    all_tokens = tokens(source)
    return {tuple(all_tokens[i : i + RUN]) for i in range(len(all_tokens) - RUN + 1)}


def pairs(answers):
    """The pairs of students whose answers are alike, the most alike first; `answers` has the texts of each student's answers by their names."""
    own = {student: {name: runs(text) for name, text in texts.items()} for student, texts in answers.items()}
    students = {student: set().union(*by_name.values()) for student, by_name in own.items() if by_name}
    counts = collections.Counter(run for has in students.values() for run in has)
    most = max(2, len(students) // 10)
    rare = {student: {run for run in has if counts[run] <= most} for student, has in students.items()}
    sharers = collections.defaultdict(list)
    for student in sorted(rare):
        for run in rare[student]:
            sharers[run].append(student)
    shared = collections.Counter(pair for who in sharers.values() for pair in itertools.combinations(who, 2))
    found = []
    for (a, b), count in shared.items():
        share = count / min(len(rare[a]), len(rare[b]))
        if count >= LEAST_RUNS and share >= LEAST_SHARE:
            common = rare[a] & rare[b]
            names = [name for name in own[a] if own[a][name] & common and own[b].get(name, set()) & common]
            found.append({"students": [a, b], "share": round(share, 3), "answers": names})
    return sorted(found, key=lambda pair: (-pair["share"], pair["students"]))[:MOST_PAIRS]
