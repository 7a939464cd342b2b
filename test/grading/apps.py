"""
Runs commands of the environment with nbgrader, each in a process of its own, which is forked from this one when it has loaded nbgrader: loading takes longer than most
commands. Reads a line of JSON for each command, `{"folder": …, "words": […]}`, and writes a line with what it printed, its messages last.
"""

import atexit
import json
import os
import runpy
import sys
import tempfile
import traceback

from nbgrader.apps.nbgraderapp import main


def perform(words):
    """Runs a command: `nbgrader …`, `-m MODULE …` or `python FILE …`."""
    if words[0] == "nbgrader":
        sys.argv = words
        main()
    elif words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words[1:]
        runpy.run_path(words[1], run_name="__main__")


def become(folder, words, output, errors):
    """Turns this process into the one of a command, and ends it."""
    with open(os.devnull) as nothing:
        for number, file in enumerate((nothing, output, errors)):
            os.dup2(file.fileno(), number)
    os.chdir(folder)
    try:
        perform(words)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


for line in sys.stdin:
    order = json.loads(line)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            become(order["folder"], order["words"], output, errors)
        os.waitpid(child, 0)
        printed = ""
        for file in (output, errors):
            file.seek(0)
            printed += file.read().decode(errors="replace")
    print(json.dumps(printed), flush=True)
