"""Charts are sent as specifications, with pictures for front ends that do not draw them."""

import base64
import re
import struct
import zlib

import pytest
from mimes import CONFUSION

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


def test_a_specification_is_shown_with_pictures(session):
    data = session.run(f"({SPEC})").result
    assert data[VEGA]["mark"] == "bar" and data["text/plain"] == "Vega-Lite chart"
    assert data["image/svg+xml"].startswith("<svg ")
    width, height = png_size(data)
    assert width >= 20 and height >= 20


def test_a_display_keeps_its_position_and_gets_its_picture_before_the_cell_ends(session):
    run = session.run(f"display({SPEC});\nconsole.log('after');")
    kinds = [m["msg_type"] for m in run.messages if m["msg_type"] in ("display_data", "stream", "update_display_data")]
    assert kinds == ["display_data", "stream", "update_display_data"]
    assert "image/png" in run.of("update_display_data")[0]["data"]


def test_the_picture_of_a_replaced_display_is_dropped(session):
    run = session.run(f"const shown = display({SPEC});\nshown.update({{ 'text/plain': 'new' }});")
    assert [c["data"] for c in run.of("update_display_data")] == [{"text/plain": "new"}]


def test_a_specification_that_cannot_be_drawn_is_still_sent(session):
    data = session.run('({ $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "no such mark" })').result
    assert data[VEGA]["mark"] == "no such mark" and "image/png" not in data


def test_line_charts(session):
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


def test_years_have_no_separator_of_thousands(session):
    def x_axis(first, last):
        run = session.run(f"const x = Array.from({{ length: {last - first + 1} }}, (_, i) => {first} + i);\nplot.line(x, x)")
        return run.result

    years = x_axis(1900, 1920)
    assert years[VEGA]["encoding"]["x"]["axis"] == {"format": "d"} and ">1904<" in years["image/svg+xml"]
    steps = x_axis(0, 1500)
    assert "axis" not in steps[VEGA]["encoding"]["x"] and ">1,200<" in steps["image/svg+xml"]


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
        ("plot.image([[0, 1], [1, 0]])", (162, 162)),
        ("plot.image(zeros([3, 4, 2]))", (82, 162)),
        ("plot.image(Array.from({ length: 200 }, () => new Array(300).fill([255, 0, 7])))", (302, 202)),
    ],
)
def test_images(session, code, size):
    data = session.run(code).result
    assert png_size(data) == size and data["text/plain"].startswith("image of shape [")


def pixels(data):
    """Returns the rows of samples of a PNG; supports all five filters."""
    png = base64.b64decode(data["image/png"])
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    channels = {0: 1, 2: 3, 6: 4}[kind]
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    raw = zlib.decompress(packed)
    stride = width * channels
    assert all(raw[y * (stride + 1)] == 0 for y in range(height)), "the lines have no filter"
    return [raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)] for y in range(height)]


@pytest.mark.parametrize(
    "code, size",
    [
        # 48 pixels each, lines of four pixels around and between them
        ("plot.images(zeros([23, 8, 8]))", (10 * 52 + 4, 3 * 52 + 4)),
        ("plot.images(zeros([4, 1, 8, 6]), { columns: 2 })", (2 * 40 + 4, 2 * 52 + 4)),
        ("plot.images(zeros([3, 3, 64, 64]))", (3 * 68 + 4, 68 + 4)),
        # smaller where a row would be wider than 720 pixels, without the lines
        ("plot.images(zeros([30, 8, 8]), { columns: 30 })", (30 * 28 + 4, 28 + 4)),
    ],
)
def test_several_images(session, code, size):
    data = session.run(code).result
    assert png_size(data) == size and re.match(r"\d+ images of shape \[", data["text/plain"])


def test_several_images_share_black_and_white(session):
    rows = pixels(session.run("plot.images([[[0, 51]], [[102, 255]], [[204, 0]]], { columns: 2 })").result)
    assert len(rows) == 2 * 28 + 4 and {len(row) for row in rows} == {2 * 52 + 4}
    assert [rows[4][x] for x in (3, 4, 28, 52, 55, 56, 80, 104)] == [128, 0, 51, 128, 128, 102, 255, 128]
    assert [rows[32][x] for x in (4, 28, 56, 103)] == [204, 0, 128, 128], "the free place is grey"


@pytest.mark.parametrize(
    "code, message",
    [
        ("plot.images(zeros([8, 8]))", "expected shape [N, H, W], [N, C, H, W] or [N, H, W, C] with 1, 3 or 4 channels, but got [8, 8]"),
        ("plot.images(zeros([0, 8, 8]))", "but got [0]"),
        ("plot.images(zeros([2, 8, 8]), { columns: 0 })", "expected columns to be a whole number of at least 1, but got 0"),
        ("plot.image(zeros([6, 8, 8]))", "plot.images shows several"),
    ],
)
def test_what_is_no_list_of_images_is_refused(session, code, message):
    assert message in session.run(code).error["evalue"]


@pytest.mark.parametrize("fill", [0, 1])
def test_an_image_has_a_frame_that_is_visible_on_light_and_dark_pages(session, fill):
    rows = pixels(session.run(f"plot.image(new Array(4).fill(new Array(6).fill({fill})))").result)
    edge = [*rows[0], *rows[-1], *(row[0] for row in rows), *(row[-1] for row in rows)]
    assert set(edge) == {128}
    assert {v for row in rows[1:-1] for v in row[1:-1]} == {255 * fill}
    for page in ("#ffffff", "#111111"):
        assert contrast("#808080", page) >= 3


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    "code",
    [
        "plot.line({ a: [1, 2], b: [2, 1] })",
        "plot.scatter([1, 2], [2, 1], { classes: [0, 1] })",
        "plot.histogram({ a: [1, 2], b: [2, 3] })",
    ],
)
def test_colours_have_contrast_on_light_and_dark_pages(session, code):
    spec = session.run(code).result[VEGA]
    config = spec["config"]
    assert config["background"] == "transparent", "the page is seen behind the chart, whatever its theme"
    opacity = spec["mark"].get("opacity", 1)
    for color in [*config["range"]["category"], config["mark"]["color"]]:
        for page in ("#ffffff", "#111111", "#212121"):
            mixed = "#" + "".join(
                f"{round(opacity * int(color[i : i + 2], 16) + (1 - opacity) * int(page[i : i + 2], 16)):02x}" for i in (1, 3, 5)
            )
            assert contrast(mixed, page) >= 3, f"{color} on {page}"


def test_small_heat_maps_contain_their_numbers(session):
    data = session.run("plot.heatmap([[5, -1.25], [0, 6]])").result
    assert [p["text"] for p in points(data)] == ["5", "-1.25", "0", "6"]
    assert [layer["mark"]["type"] for layer in data[VEGA]["layer"]] == ["rect", "text"]
    assert ">-1.25</text>" in data["image/svg+xml"]
    text = data[VEGA]["layer"][1]["encoding"]["color"]["value"]
    for matrix in ("[[5, -1], [0, 6]]", "[[1, 2]]"):
        for color in session.run(f"plot.heatmap({matrix})").result[VEGA]["encoding"]["color"]["scale"]["range"]:
            assert contrast(text, color) >= 4.5
    large = session.run("plot.heatmap(Array.from({ length: 20 }, () => [1, 2, 3]))").result[VEGA]
    assert large["mark"]["type"] == "rect"


def test_the_picture_of_a_chart_has_a_white_background(session):
    svg = session.run("plot.line([1, 2])").result["image/svg+xml"]
    assert 'fill="white"' in svg


def test_confusion_matrix(session):
    data = session.run('plot.confusionMatrix([[5, 1], [0, 6]], { names: ["cat", "dog"], title: "Pets" })').result
    assert set(data) == {CONFUSION, "text/html", "text/plain"}
    assert data[CONFUSION] == {"schema": 1, "names": ["cat", "dog"], "counts": [5, 1, 0, 6], "normalize": None, "title": "Pets"}
    assert "11 of 12 right" in data["text/html"] and "cat taken for dog (1)" in data["text/html"]
    assert ">predicted</th>" in data["text/html"] and ">true</th>" in data["text/html"]


@pytest.mark.parametrize(
    "code, names, counts",
    [
        ("plot.confusionMatrix([0, 1, 1], tensor([0, 1, 0]))", ["0", "1"], [1, 1, 0, 1]),
        ("plot.confusionMatrix(['b', 'a'], ['b', 'b'])", ["a", "b"], [0, 0, 1, 1]),
        ("plot.confusionMatrix([2, 0], [2, 2], { names: ['x', 'y', 'z'] })", ["x", "y", "z"], [0, 0, 0, 0, 0, 0, 1, 0, 1]),
        ("plot.confusionMatrix(metrics.confusionMatrix(tensor([0, 1]), tensor([1, 1])))", ["0", "1"], [0, 0, 1, 1]),
    ],
)
def test_confusion_matrices_are_counted(session, code, names, counts):
    session.run('import { metrics } from "tapelab";')
    data = session.run(code).result[CONFUSION]
    assert (data["names"], data["counts"]) == (names, counts)


def test_fractions_of_a_confusion_matrix(session):
    data = session.run("plot.confusionMatrix([[8, 2], [0, 10]], { normalize: true })").result
    assert data[CONFUSION]["normalize"] == "true" and ">0.20</td>" in data["text/html"]


@pytest.mark.parametrize(
    "code, message",
    [
        ("plot.line([1, 2], [1])", "plot.line: x has 2 values, but y has 1"),
        ("plot.line([1, 2], { a: [1, 2], b: [1] })", "plot.line: x has 2 values, but b has 1"),
        ("plot.line('x' as any)", "plot.line: expected numbers, or x and y, or an object of named lists, and options behind them"),
        ("plot.line([[1, 2], [3, 4]] as any)", "plot.line: expected one list of numbers, but got one of shape [2, 2]"),
        ("plot.line([[1, 2], [3]] as any)", "plot.line: the lists inside have different lengths, 2 and 1"),
        ("plot.heatmap([1, 2] as any)", "plot.heatmap: expected shape [rows, columns], but got [2]"),
        ("plot.image(zeros([2, 5, 5]))", "plot.image: expected shape [H, W], [C, H, W] or [H, W, C] with 1, 3 or 4 channels, but got [2, 5, 5]; plot.images shows several"),
        ("plot.scatter([1], [1], { classes: [1, 2] })", "plot.scatter: there are 1 points, but 2 classes"),
        ("plot.confusionMatrix([[1, 2, 3]])", "plot.confusionMatrix: expected counts of shape [classes, classes], or predictions and targets, but got [1, 3]"),
        ("plot.confusionMatrix([[1, -2], [3, 4]])", "plot.confusionMatrix: expected counts of at least 0, but got -2"),
        ("plot.confusionMatrix([1, 2], [1])", "plot.confusionMatrix: there are 2 predictions, but 1 targets"),
        ("plot.confusionMatrix([[1]], { names: ['a', 'b'] })", "plot.confusionMatrix: there are 1 classes, but 2 names"),
        ("plot.confusionMatrix(['a'], ['b'], { names: ['a'] })", "plot.confusionMatrix: there is no class b among the 1 names"),
        ("plot.histogram([1], { bins: 0 })", "plot.histogram: expected bins to be a whole number of at least 1, but got 0"),
    ],
)
def test_wrong_arguments_of_plots_are_errors(session, code, message):
    assert session.run(code).error["evalue"] == message
