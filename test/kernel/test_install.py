"""`//! npm install` in a cell."""

import pytest
from client import kernel


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("install")
    # without a package.json, npm installs into an ancestor that has one, such as /tmp
    (folder / "package.json").write_text("{}")
    with kernel(folder) as s:
        s.folder = folder
        yield s


def test_packages_are_installed_before_the_cell_runs(session):
    run = session.run('//! npm install nanoid@5.1.6\nimport { nanoid } from "nanoid";\nnanoid().length')
    assert run.text == "21"
    assert "added 1 package" in run.stdout and run.stderr == ""
    assert (session.folder / "node_modules" / "nanoid").is_dir()
    again = session.run('//! npm install nanoid\nimport { nanoid as again } from "nanoid";\ntypeof again')
    assert again.text == "'function'" and again.stdout == ""


@pytest.mark.parametrize(
    "code, message",
    [
        ("//! npm run build", 'unknown directive "//! npm run build"; supported are: //! npm install PACKAGE…, //! types warn|off|error'),
        ("//! npm install ../evil", 'npm install: "../evil" is not the name of a package'),
        ("//! npm install a;b", 'npm install: "a;b" is not the name of a package'),
        ("//! npm install --global", 'npm install: "--global" is not the name of a package'),
    ],
)
def test_unknown_directives_are_errors(session, code, message):
    assert session.run(f"{code}\n1").error["evalue"] == message


def test_a_package_that_does_not_exist_is_an_error(session):
    run = session.run("//! npm install tapelab-has-no-such-package\n1")
    assert "E404" in run.stdout
    assert run.error["evalue"] == "npm install tapelab-has-no-such-package ended with status 1"


def test_a_string_that_looks_like_a_directive_is_none(session):
    assert session.run("'//! npm install x'.length").text == "17"
