"""Charts: a specification for front ends that draw it, and pictures for those that do not."""

import base64
import struct

import pytest

VEGA = "application/vnd.vegalite.v5+json"
SPEC = '{ $schema: "https://vega.github.io/schema/vega-lite/v5.json", data: { values: [{ a: 1 }] }, mark: "bar", encoding: { x: { field: "a" } } }'


@pytest.fixture(autouse=True)
def prepared(session):
    session.run('import { tensor, zeros } from "tapelab";')


def png_size(data):
    png = base64.b64decode(data["image/png"])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def points(data):
    return data[VEGA]["data"]["values"]


def test_a_specification_is_shown_with_pictures_beside_it(session):
    data = session.run(f"({SPEC})").result
    assert data[VEGA]["mark"] == "bar" and data["text/plain"] == "Vega-Lite chart"
    assert data["image/svg+xml"].startswith("<svg ")
    width, height = png_size(data)
    assert width >= 20 and height >= 20


def test_a_display_keeps_its_place_and_gets_its_picture_before_the_cell_ends(session):
    run = session.run(f"display({SPEC});\nconsole.log('after');")
    kinds = [m["msg_type"] for m in run.messages if m["msg_type"] in ("display_data", "stream", "update_display_data")]
    assert kinds == ["display_data", "stream", "update_display_data"]
    assert "image/png" in run.of("update_display_data")[0]["data"]


def test_the_picture_of_what_has_been_replaced_does_not_come_back(session):
    run = session.run(f"const shown = display({SPEC});\nshown.update({{ 'text/plain': 'new' }});")
    assert [c["data"] for c in run.of("update_display_data")] == [{"text/plain": "new"}]


def test_what_cannot_be_drawn_is_still_passed_on(session):
    data = session.run('({ $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "no such mark" })').result
    assert data[VEGA]["mark"] == "no such mark" and "image/png" not in data


def test_lines(session):
    data = session.run('plot.line({ a: [3, 1], b: Float64Array.of(2, NaN) }, { title: "T", yLabel: "loss", logY: true })').result
    assert points(data) == [
        {"x": 0, "y": 3, "series": "a"},
        {"x": 1, "y": 1, "series": "a"},
        {"x": 0, "y": 2, "series": "b"},
        {"x": 1, "y": None, "series": "b"},
    ]
    logarithmic = session.run("plot.line([1, 0, -2, 3], { logY: true })").result[VEGA]
    assert [v["y"] for v in logarithmic["data"]["values"]] == [1, None, None, 3], "0 and below are left out"
    assert data[VEGA]["title"] == "T" and data[VEGA]["encoding"]["y"]["scale"] == {"type": "log"}
    assert data["text/plain"] == "line chart of a, b: 4 points"
    assert [p["x"] for p in points(session.run("plot.line(tensor([5, 6]), tensor([[1], [2]]))").result)] == [5, 6]


def test_a_long_line_keeps_its_extremes(session):
    data = session.run("const long = new Float64Array(100_000);\nlong[70_001] = 9;\nlong[3] = -9;\nplot.line(long)").result
    ys = [p["y"] for p in points(data)]
    assert len(ys) <= 2000 and max(ys) == 9 and min(ys) == -9
    assert {"x": 70_001, "y": 9, "series": ""} in points(data)


def test_scatter_by_class(session):
    data = session.run("plot.scatter([1, 2, 3], [4, 5, 6], { classes: ['b', 'a', 'b'] })").result
    assert [(p["x"], p["series"]) for p in points(data)] == [(2, "a"), (1, "b"), (3, "b")]


def test_histogram_counts(session):
    data = session.run("plot.histogram([0, 0.5, 1, 1, 4, NaN], { bins: 4 })").result
    assert [(p["from"], p["to"], p["count"]) for p in points(data)] == [(0, 1, 2), (1, 2, 2), (2, 3, 0), (3, 4, 1)]
    assert sum(p["count"] for p in points(session.run("plot.histogram(zeros([3, 4]))").result)) == 12
    assert points(session.run("plot.histogram([])").result) == []


def test_heatmap(session):
    data = session.run("plot.heatmap(tensor([[1, -2], [3, 4]]), { xNames: ['p', 'q'] })").result
    assert [(p["x"], p["y"], p["value"]) for p in points(data)] == [("p", 0, 1), ("q", 0, -2), ("p", 1, 3), ("q", 1, 4)]
    assert data[VEGA]["encoding"]["color"]["scale"]["domain"] == [-4, 0, 4]
    averaged = session.run("plot.heatmap(Array.from({ length: 100 }, (_, r) => [r, 2 * r]))").result
    assert len(points(averaged)) == 100 and points(averaged)[1] == {"x": 1, "y": 0, "value": 1}


@pytest.mark.parametrize(
    "code, size",
    [
        ("plot.image([[0, 1], [1, 0]])", (160, 160)),
        ("plot.image(zeros([3, 4, 2]))", (80, 160)),
        ("plot.image(Array.from({ length: 200 }, () => new Array(300).fill([255, 0, 7])))", (300, 200)),
    ],
)
def test_images(session, code, size):
    data = session.run(code).result
    assert png_size(data) == size and data["text/plain"].startswith("image of shape [")


@pytest.mark.parametrize(
    "code, message",
    [
        ("plot.line([1, 2], [1])", "plot.line: x has 2 values, but y has 1"),
        ("plot.line([1, 2], { a: [1, 2], b: [1] })", "plot.line: x has 2 values, but b has 1"),
        ("plot.line('x' as any)", "plot.line: expected numbers, or x and y, or an object of named lists, and options behind them"),
        ("plot.line([[1, 2], [3, 4]] as any)", "plot.line: expected one list of numbers, but got one of shape [2, 2]"),
        ("plot.line([[1, 2], [3]] as any)", "plot.line: the lists inside have different lengths, 2 and 1"),
        ("plot.heatmap([1, 2] as any)", "plot.heatmap: expected shape [rows, columns], but got [2]"),
        ("plot.image(zeros([2, 5, 5]))", "plot.image: expected shape [H, W], [C, H, W] or [H, W, C] with 1, 3 or 4 channels, but got [2, 5, 5]"),
        ("plot.scatter([1], [1], { classes: [1, 2] })", "plot.scatter: there are 1 points, but 2 classes"),
        ("plot.histogram([1], { bins: 0 })", "plot.histogram: expected bins to be a whole number of at least 1, but got 0"),
    ],
)
def test_mistakes(session, code, message):
    assert session.run(code).error["evalue"] == message
