"""Writes images of Pillow and their pixels to images: png/*.png, jpeg/*.jpg and images.json.gz.

python test/engine/data/make_images.py          (needs pillow and numpy)
"""

import gzip
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

folder = Path(__file__).parent / "images"
random = np.random.default_rng(0)
height, width = 21, 34


def smooth(channels, top=255):
    """Waves with a little noise, which JPEG keeps well."""
    y, x = np.mgrid[:height, :width]
    waves = [(np.sin(x / (4 + c)) + np.cos(y / (5 - c)) + 2) / 4 for c in range(channels)]
    noise = random.random((height, width, channels)) * 0.05
    return (np.clip(np.stack(waves, -1) * 0.95 + noise, 0, 1) * top).round()


def png_of(header, lines, extra=b""):
    """A PNG file with given lines of pixels, for what Pillow cannot write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def files():
    def save(image, format, **options):
        out = io.BytesIO()
        image.save(out, format, **options)
        return out.getvalue()

    for mode, channels in (("L", 1), ("LA", 2), ("RGB", 3), ("RGBA", 4)):
        pixels = smooth(channels).astype(np.uint8)
        yield f"{mode}.png", save(Image.fromarray(pixels.squeeze(), mode), "PNG")
    colours = Image.fromarray(smooth(3).astype(np.uint8), "RGB")
    for bits in (1, 2, 4, 8):
        yield f"palette{bits}.png", save(colours.quantize(2**bits), "PNG", bits=bits)
    yield "transparent-palette.png", save(colours.quantize(16), "PNG", transparency=3)
    yield "bits1.png", save(Image.fromarray(smooth(1).squeeze().astype(np.uint8)).convert("1"), "PNG")
    yield "grey16.png", save(Image.fromarray(smooth(1, 65535).squeeze().astype(np.uint16)), "PNG")
    # 16-bit colours, grey of 2 and 4 bits, transparent colours and interlacing, which Pillow cannot write
    wide = smooth(3, 65535).astype(">u2")
    lines = b"".join(b"\0" + row.tobytes() for row in wide)
    yield "rgb16.png", png_of(struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0), lines)
    for bits in (2, 4):
        grey = smooth(1, 2**bits - 1).astype(np.uint8).squeeze()
        per = 8 // bits
        padded = np.pad(grey, ((0, 0), (0, -width % per)))
        packed = sum(padded[:, k::per].astype(int) << (8 - bits * (k + 1)) for k in range(per)).astype(np.uint8)
        yield f"grey{bits}.png", png_of(struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0), b"".join(b"\0" + row.tobytes() for row in packed))
    rgb = smooth(3).astype(np.uint8)
    key = b"".join(struct.pack(">H", v) for v in rgb[4, 5])
    body = b"".join(b"\0" + row.tobytes() for row in rgb)
    extra = struct.pack(">I", 6) + b"tRNS" + key + struct.pack(">I", zlib.crc32(b"tRNS" + key))
    yield "transparent-colour.png", png_of(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), body, extra)
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    interlaced = b"".join(b"\0" + row.tobytes() for x, y, dx, dy in passes for row in rgb[y::dy, x::dx])
    yield "interlaced.png", png_of(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1), interlaced)
    yield "444.jpg", save(colours, "JPEG", quality=95, subsampling=0)
    yield "420.jpg", save(colours, "JPEG", quality=90, subsampling=2)
    yield "progressive.jpg", save(colours, "JPEG", quality=90, subsampling=0, progressive=True)
    yield "grey.jpg", save(colours.convert("L"), "JPEG", quality=90)
    yield "restarts.jpg", save(colours, "JPEG", quality=90, subsampling=0, restart_marker_rows=1)
    yield "cmyk.jpg", save(colours.convert("CMYK"), "JPEG", quality=95, subsampling=0)


def pixels_of(name, data):
    image = Image.open(io.BytesIO(data))
    if name == "rgb16.png":
        a = np.frombuffer(zlib.decompress(data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8]), np.uint8)
        a = a.reshape(height, 1 + 6 * width)[:, 1:].copy().view(">u2").reshape(height, width, 3).astype(int)
    elif name.startswith("grey16"):
        a = np.asarray(image).astype(int)[..., None]
    elif name.startswith(("palette", "cmyk")):
        a = np.asarray(image.convert("RGB"))
    elif name.startswith("transparent"):
        a = np.asarray(image.convert("RGBA"))
    elif image.mode in ("1", "P") or name.startswith(("grey2", "grey4", "bits")):
        a = np.asarray(image.convert("L"))[..., None]
    else:
        a = np.asarray(image)
        a = a[..., None] if a.ndim == 2 else a
    return a.transpose(2, 0, 1).astype(int)


def main():
    expected = {}
    for name, data in files():
        path = folder / ("png" if name.endswith(".png") else "jpeg") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        a = pixels_of(name, data)
        expected[name] = {"shape": a.shape, "pixels": a.reshape(-1).tolist()}
    source = Image.open(folder / "png" / "RGB.png")
    for size in ((7, 9), (40, 50)):
        a = np.asarray(source.resize(size[::-1], Image.Resampling.BILINEAR)).transpose(2, 0, 1)
        expected[f"RGB.png {size[0]} {size[1]}"] = {"shape": a.shape, "pixels": a.reshape(-1).tolist()}
    a = np.asarray(source.convert("L"))[None]
    expected["RGB.png gray"] = {"shape": a.shape, "pixels": a.reshape(-1).tolist()}
    (folder / "images.json.gz").write_bytes(gzip.compress(json.dumps(expected).encode(), 9, mtime=0))
    print({path.name: path.stat().st_size for path in sorted(folder.rglob("*.*"))})


main()
