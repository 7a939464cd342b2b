"""Type checker and run time resolve imports alike, in many small projects."""

import pytest
from client import kernel
from layouts import LAYOUTS

USE = 'import {{ v as used }} from "{}"; export const v: string = used;'


def importing(specifier, text):
    return (text or USE).format(specifier.replace("\\", "\\\\"))


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layouts")
    for i, (specifier, files, _, text, entry) in enumerate(rows()):
        for name, content in {**files, entry: importing(specifier, text)}.items():
            path = folder / f"p{i}" / "own" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content + "\n")
    with kernel(folder) as s:
        yield s


def rows():
    for specifier, files, value, *more in LAYOUTS:
        text, entry = (*more, *(None, "entry.ts")[len(more) :])
        yield specifier, files, value, text, entry


@pytest.mark.parametrize("i, specifier, value, entry", [(i, r[0], r[2], r[4]) for i, r in enumerate(rows())])
def test_types_and_run_time_resolve_alike(session, i, specifier, value, entry):
    path = f"./p{i}/own/{entry}"
    checked = session.run(f'import {{ v as v{i} }} from "{path}"; v{i}')
    loaded = session.run(f'const path{i} = "{path}"; (await import(path{i})).v')
    if value is None:
        assert checked.error["ename"] == "CompileError", checked.error
        assert any(words in loaded.error["evalue"] for words in ["Cannot find module", "read it with"])
    else:
        assert (checked.text, loaded.text) == (f"'{value}'", f"'{value}'")
