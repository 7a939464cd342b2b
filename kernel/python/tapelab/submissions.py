"""The submissions of a class: notebooks and scripts in a folder."""

import dataclasses
import json

from . import judge


@dataclasses.dataclass(frozen=True)
class Submission:
    """A file that a student handed in: the student's name, the ending of the file's name, and its bytes; `None` for a file that cannot be read."""

    student: str
    suffix: str
    content: bytes | None


def parsed(content, suffix):
    """The JSON of a notebook, or of a script whose cells begin with `// %%`. ValueError for what is neither."""
    text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if suffix == ".ipynb":
        notebook = json.loads(text)
        if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
            notebook = worksheets_joined(notebook)
        if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
            raise ValueError("it has no cells")
        return notebook
    cells, lines = [], []
    for line in text.splitlines():
        if line.startswith("// %%"):
            cells.append("\n".join(lines))
            lines = []
        lines.append(line)
    cells.append("\n".join(lines))
    return {"cells": [{"cell_type": "code", "metadata": {}, "source": source} for source in cells if source.strip()], "metadata": {}}


def worksheets_joined(notebook):
    """A notebook of format 3, whose cells are in worksheets, in the form of format 4."""
    cells = []
    for sheet in notebook["worksheets"]:
        for cell in sheet.get("cells", []) if isinstance(sheet, dict) else []:
            if isinstance(cell, dict):
                source = cell.get("input", "") if cell.get("cell_type") == "code" else cell.get("source", "")
                cells.append({"cell_type": cell.get("cell_type"), "metadata": cell.get("metadata", {}), "source": source})
    return {"cells": cells, "metadata": notebook.get("metadata", {})}


def points_of(release):
    """The points of each test of the instructor's notebook."""
    return {judge.fields_of(cell)["grade_id"]: float(judge.fields_of(cell).get("points", 0)) for cell in release["cells"] if judge.is_test(cell)}


def files_in(folder, release_path, release_name):
    """The notebooks and scripts of a folder by student: files, or the only one in a folder of the student's name."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.is_symlink() or path == release_path:
            continue
        if path.is_file() and path.suffix in (".ipynb", ".ts"):
            found[path.stem] = path
        elif path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.suffix in (".ipynb", ".ts") and p.is_file() and not has_link(p, folder)]
            inside = [p for p in inside if not any(part.startswith(".") for part in p.relative_to(folder).parts)]
            same = [p for p in inside if p.stem == release_name]
            if len(same or inside) == 1:
                found[path.name] = (same or inside)[0]
    return found


def has_link(path, folder):
    """Whether a file, or a folder between it and `folder`, is a link."""
    return any(part.is_symlink() for part in (path, *path.parents) if folder in part.parents)


def read(student, path):
    """The submission in a file."""
    try:
        return Submission(student, path.suffix, path.read_bytes())
    except OSError:
        return Submission(student, path.suffix, None)
