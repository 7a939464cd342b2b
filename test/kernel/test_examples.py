"""The examples of the kernel's README and of its types run with the documented results."""

import re
from pathlib import Path

import pytest
from client import kernel

ROOT = Path(__file__).parents[2] / "kernel"
BLOCKS = re.findall(r"```ts\n(.*?)```", (ROOT / "README.md").read_text(), re.S)


def examples():
    for file in sorted((ROOT / "types" / "tapelab-notebook").glob("*.d.ts")):
        for comment in re.findall(r"/\*\*.*?\*/", file.read_text(), re.S):
            for example in re.findall(r"@example\n(.*?)(?=\n\s*\* @|\s*\*/)", comment, re.S):
                yield "\n".join(re.sub(r"^\s*\* ?", "", line) for line in example.split("\n"))


def test_the_examples_of_the_readme_run(tmp_path):
    assert len(BLOCKS) >= 5
    with kernel(tmp_path) as session:
        for block in BLOCKS:
            run = session.run(block)
            assert run.of("error") == [], block
            said = re.search(r"; // (.+)\n$", block)
            if said:
                assert run.text == said[1], block


@pytest.mark.parametrize("code", list(examples()))
def test_the_examples_of_the_types_run(session, code):
    run = session.run(code)
    assert run.of("error") == []
