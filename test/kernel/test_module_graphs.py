"""Random graphs of files with random edits: values are current, and each file runs only as often as necessary."""

import random
import tempfile
from pathlib import Path

import pytest

COUNT = 10
STEPS = 30
EXTENSIONS = [".ts", ".mts", ".tsx", ".mjs", ".js", ".cjs", ".json"]


class Graph:
    """Returns files that import earlier files; the value of a file is its number with the values of its imports."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.folder = folder
        self.extensions = [self.random.choice(EXTENSIONS) for _ in range(COUNT)]
        self.numbers = [0] * COUNT
        self.waits = [e not in (".cjs", ".json") and self.random.random() < 0.3 for e in self.extensions]
        self.imports = []
        for i, extension in enumerate(self.extensions):
            chosen = [] if extension == ".json" else self.random.sample(range(i), min(i, self.random.randint(0, 3)))
            self.imports.append([d for d in chosen if extension != ".cjs" or not any(self.waits[b] for b in self.below(d))])
            self.write(i)

    def below(self, i):
        return {i}.union(*(self.below(d) for d in self.imports[i]))

    def value(self, i):
        return self.numbers[i] + sum(self.value(d) for d in self.imports[i])

    def specifier(self, i):
        extension = self.extensions[i]
        return f"./m{i}" + self.random.choice([extension, extension.replace("ts", "js"), ""])

    def write(self, i):
        extension = self.extensions[i]
        total = " + ".join([str(self.numbers[i]), *(f"v{d}" for d in self.imports[i])])
        count = f"globalThis['runs'][{i}]++;"
        if extension == ".json":
            text = f'{{ "v": {total} }}'
        elif extension == ".cjs":
            text = "".join(f"const {{ v: v{d} }} = require('./m{d}');\n" for d in self.imports[i]) + f"{count}\nexports.v = {total};"
        else:
            counted = count.replace("globalThis", "(globalThis as any)") if "ts" in extension else count
            imports = "".join(f"import {{ v as v{d} }} from '{self.specifier(d)}';\n" for d in self.imports[i])
            text = f"{imports}{counted}\nexport const v = {'await ' if self.waits[i] else ''}({total});"
        (self.folder / f"m{i}{extension}").write_text(text + "\n")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_graphs_of_edited_files(session, seed):
    folder = Path(tempfile.mkdtemp(dir=session.folder))
    graph = Graph(folder, seed)
    loaded = set()
    runs = [0] * COUNT
    session.run(f"(globalThis as any).runs = Array({COUNT}).fill(0);")
    for step in range(STEPS):
        edited = [i for i in range(COUNT) if graph.random.random() < 0.15]
        for i in edited:
            graph.numbers[i] = graph.random.randint(0, 9999)
            graph.write(i)
        loaded -= {i for i in range(COUNT) if graph.below(i) & set(edited)}
        k = graph.random.randrange(COUNT)
        path = f"./{folder.name}/m{k}{graph.extensions[k]}"
        ways = [f'import {{ v as v{step} }} from "{path}"; v{step}', f'const path{step} = "{path}"; (await import(path{step})).v']
        if not any(graph.waits[b] for b in graph.below(k) - loaded):
            ways.append(f'require("{path}").v')
        for i in graph.below(k) - loaded:
            runs[i] += graph.extensions[i] != ".json"
        loaded |= graph.below(k)
        code = graph.random.choice(ways)
        assert session.run(code).text == str(graph.value(k)), code
        assert session.run("(globalThis as any).runs.join()").text == f"'{','.join(map(str, runs))}'", code
