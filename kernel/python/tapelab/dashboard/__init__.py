"""The dashboard of a graded class: what went wrong, where, and for whom, as an HTML page and as a notebook."""

import json
import pathlib

from . import book, page, statistics


def rows_of(folder, assignment=None):
    """The results of a class: of `tapelab grade`, in grades.json, or of nbgrader, in the notebooks of its folder `autograded`. ValueError where there are none."""
    folder = pathlib.Path(folder)
    if folder.is_file():
        return json.loads(folder.read_text(encoding="utf-8"))
    if (folder / "grades.json").is_file():
        return json.loads((folder / "grades.json").read_text(encoding="utf-8"))
    root = folder / "autograded" if (folder / "autograded").is_dir() else folder
    rows = []
    for path in sorted(root.glob(f"*/{assignment or '*'}/*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        result = notebook.get("metadata", {}).get("tapelab", {}).get("result")
        if result:
            rows.append({**result, "student": path.parts[-3], "assignment": path.parts[-2], "notebook": path.stem})
    if not rows:
        raise ValueError(f"{folder} has neither grades.json nor notebooks that Tapelab's judge has graded in autograded/STUDENT/ASSIGNMENT")
    assignments = sorted({row["assignment"] for row in rows})
    if len(assignments) > 1:
        raise ValueError(f"{folder} has several assignments: name one of {', '.join(assignments)}")
    return joined(rows)


def joined(rows):
    """One row for each student, of all notebooks of an assignment."""
    made = {}
    for row in rows:
        known = made.setdefault(row["student"], {"student": row["student"], "scores": {}, "score": 0.0, "max": 0.0, "log": [], "tests": [], "answers": {}, "seconds": 0.0})
        known["scores"].update(row["scores"])
        known["answers"].update(row["answers"])
        for name in ("score", "max", "seconds"):
            known[name] = round(known[name] + row[name], 9)
        for name in ("log", "tests"):
            known[name] = known[name] + row[name]
    return [made[student] for student in sorted(made)]


def write(rows, out, title):
    """Writes class.json, dashboard.html and dashboard.ipynb into a folder."""
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    facts = statistics.of(rows)
    without = [{key: value for key, value in row.items() if key in ("student", "scores", "score", "max", "seconds", "answers", "log")} for row in rows]
    (out / "class.json").write_text(json.dumps({"title": title, "statistics": facts, "rows": without}, indent=1), encoding="utf-8")
    (out / "dashboard.html").write_text(page.html(facts, title), encoding="utf-8")
    (out / "dashboard.ipynb").write_text(json.dumps(book.notebook(title), indent=1) + "\n", encoding="utf-8")
    return out / "dashboard.html"
