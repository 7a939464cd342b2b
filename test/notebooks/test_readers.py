"""Saved notebooks for readers that run nothing: what GitHub's sanitizer, nbviewer (nbconvert's basic template), nbconvert with everything removed that could run, and text readers show of the outputs."""

import json
import pathlib
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import bleach
import nbformat
import pytest
from mimes import CONFUSION, DIAGNOSIS, GRADIENTS, GRAPH, STEPS, STOP, TAPE, TENSOR, WATCH
from nbconvert import HTMLExporter

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "notebooks"
KINDS = {"inspector": {STEPS, STOP, WATCH, TAPE, GRAPH, GRADIENTS, TENSOR}, "tour": {TAPE, GRADIENTS, TENSOR, CONFUSION}, "debugging": {DIAGNOSIS}}
VENDOR = re.compile(r"application/vnd\.tapelab\.")

# what GitHub's sanitizer leaves as it is (https://github.com/gjtorikian/html-pipeline, SanitizationFilter)
TAGS = set("h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p picture ol ul table thead tbody tfoot blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary details caption figure figcaption abbr bdo cite dfn mark small source span time wbr".split())
ATTRIBUTES = set("abbr align alt axis border cellpadding cellspacing colspan cols headers height href lang name rows rowspan rules scope start summary title type valign value width".split())

# attributes that keep their meaning when a picture is put into a page among others
SVG_FORBIDDEN = re.compile(r"<(style|script|defs|use|foreignObject|image)\b|\s(class|id|style|on\w+|href|xlink:href)=|url\(")


def outputs(notebook):
    return [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "data" in o]


def shown(notebook):
    """The bundles of Tapelab's views."""
    return [o["data"] for o in outputs(notebook) if kind_of(o["data"])]


def kind_of(data):
    return next((mime for mime in data if VENDOR.match(mime)), None)


@pytest.fixture(params=KINDS, scope="module")
def saved(request):
    notebook = nbformat.read(FOLDER / f"{request.param}.ipynb", 4)
    nbformat.validate(notebook)
    assert KINDS[request.param] <= {kind_of(o["data"]) for o in outputs(notebook)}
    return notebook


class Markup(HTMLParser):
    """Lists the tags and attributes of HTML, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.words.append(data)


def test_every_output_has_text_and_a_picture_or_a_table(saved):
    for data in shown(saved):
        assert len(data["text/plain"]) > 10 and "\x1b" not in data["text/plain"]
        assert ("text/html" in data) != ("image/svg+xml" in data), f"one of both in {kind_of(data)}, as readers prefer HTML"
        # an untrusted JupyterLab without the extension draws PNG, but no SVG
        assert ("image/png" in data) == ("image/svg+xml" in data), kind_of(data)
        assert len(json.dumps(data[kind_of(data)])) < 512_000


def test_githubs_sanitizer_removes_colours_and_alignment_alone(saved):
    for data in shown(saved):
        if "text/html" in data:
            found = Markup(data["text/html"])
            assert found.tags <= TAGS and found.attributes - {"style"} <= ATTRIBUTES, (found.tags - TAGS, found.attributes - ATTRIBUTES)
            assert all(re.fullmatch(r"background:#\w+(;color:#\w+)?|text-align: left", style) for style in re.findall(r'style="([^"]*)"', data["text/html"]))


def test_pictures_do_not_depend_on_the_page_around_them(saved):
    for data in shown(saved):
        if "image/svg+xml" not in data:
            continue
        svg = data["image/svg+xml"]
        assert not SVG_FORBIDDEN.search(re.sub(r">[^<]*<", "><", svg)), kind_of(data)
        root = ElementTree.fromstring(svg)
        assert [child.tag.split("}")[1] for child in root][:2] == ["title", "desc"]
        width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
        assert float(root.attrib["width"]) > 0 and float(root.attrib["height"]) > 0
        # readable on dark pages: the picture has its own background
        background = root[2].attrib
        assert root[2].tag.endswith("rect") and background["fill"] != "none"
        assert float(background["width"]) >= width - 1 and float(background["height"]) >= height - 1
        assert len(svg) < 70_000


def words_of(html):
    return [re.sub(r"\s+", "", words) for words in Markup(html).words if words.strip()]


@pytest.mark.parametrize("options", [{"template_name": "basic"}, {"template_name": "lab"}, {"template_name": "basic", "sanitize_html": True}], ids=["basic", "lab", "sanitized"])
def test_nbconvert_shows_each_output_without_scripts(saved, options):
    html, _ = HTMLExporter(**options).from_notebook_node(saved)
    body = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.S)
    text = "".join(words_of(body))
    if "sanitize_html" not in options:
        pictures = sum("image/svg+xml" in data for data in shown(saved))
        assert body.count("data:image/svg+xml;base64,") + body.count("<svg xmlns") >= pictures
    for data in shown(saved):
        if "text/html" in data:
            # a sanitizer that allows no tables keeps their words
            assert all(words in text for words in words_of(data["text/html"])), kind_of(data)
    assert "vnd.tapelab" not in body


def test_words_of_tables_stay_apart_where_a_sanitizer_removes_the_tags(saved):
    for data in shown(saved):
        if "text/html" not in data:
            continue
        lines = [" ".join(line.split()) for line in bleach.clean(data["text/html"], strip=True).splitlines()]
        rows = re.findall(r"<tr\b[^>]*>(.*?)</tr>", data["text/html"], flags=re.S)
        for row in rows:
            cells = re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, flags=re.S)
            assert " ".join(" ".join(bleach.clean(cell, strip=True).split()) for cell in cells).split() in [line.split() for line in lines], kind_of(data)
        assert rows or "<tr" not in data["text/html"]


def test_text_alone_fits_a_terminal(saved):
    """Gradescope, terminals and screen readers have the text alone."""
    for data in shown(saved):
        lines = data["text/plain"].splitlines()
        assert len(lines) <= 110 and lines[0].strip(), kind_of(data)
