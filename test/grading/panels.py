"""
Prepares a server of JupyterLab with nbgrader's panels: `python panels.py FOLDER HOME` writes a course below the folder that the server shows, and nbgrader's configuration and the
kernel into the server's own folders. Prints the environment of the server as JSON.
"""

import json
import os
import pathlib
import shutil
import sys

import environment
import exercise

CONFIG = """from tapelab.nbgrader import configure

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "course"
c.CourseDirectory.root = {course!r}
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
c.Exchange.timezone = "UTC"
configure(c)
"""


def main(folder, home):
    environment.install()
    course = folder / "course"
    work = course / "source" / "ps1" / "work.ipynb"
    work.parent.mkdir(parents=True)
    # gradients are compared with numeric ones first, whose failure names the line
    lines = ["check.close(x.grad, x.detach().mul(2));", "check.grad(square, x);"]
    made = exercise.source()
    for cell in made["cells"]:
        cell["source"] = cell["source"].replace("\n  ".join(lines), "\n  ".join(reversed(lines)))
    work.write_text(json.dumps(made))
    config = home / "config"
    config.mkdir(exist_ok=True)
    (home / "exchange").mkdir()
    places = {"course": str(course), "exchange": str(home / "exchange"), "cache": str(home / "cache")}
    (config / "nbgrader_config.py").write_text(CONFIG.format(**places))
    # the kernel and its extension, without the others of the environment that they are installed in
    share = pathlib.Path(sys.prefix, "share", "jupyter")
    own = home / "share"
    for name in ("kernels", "labextensions/@tapelab"):
        # copies, as the server serves no files behind links
        shutil.copytree(share / name, own / name)
    variables = environment.variables()
    changed = {name: value for name, value in variables.items() if os.environ.get(name) != value}
    print(json.dumps({"program": environment.command("jupyter-lab")[0], "env": {**changed, "JUPYTER_PATH": str(own)}}))


main(*map(pathlib.Path, sys.argv[1:]))
