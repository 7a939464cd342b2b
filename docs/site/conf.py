"""Sphinx's configuration of the docs site. `npm run docs` puts the pages together in .cache/docs/source, and builds them with this file."""

import json
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILT = ROOT / ".cache" / "docs"

project = "Tapelab"
author = "the Tapelab authors"
copyright = "the Tapelab authors; BSD-3-Clause"  # noqa: A001
version = release = json.loads((ROOT / "engine" / "package.json").read_text())["version"]

extensions = ["myst_nb", "sphinx_copybutton", "sphinx_design", "sphinxcontrib.katex"]

# saved outputs are shown, nothing is run; outputs that only JupyterLab draws have a picture or a table beside them
nb_execution_mode = "off"
nb_merge_streams = True
# the scripts of widgets, which would be loaded from other servers; without a kernel sliders could not run anything
nb_ipywidgets_js = {}
suppress_warnings = ["mystnb.unknown_mime_type"]

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 4

# the script comes with the extension, style sheet and fonts from npm; nothing is loaded from elsewhere
katex_css_path = "katex/katex.min.css"

html_theme = "pydata_sphinx_theme"
html_title = "Tapelab"
html_logo = str(ROOT / "kernel" / "kernelspec" / "logo-svg.svg")
html_favicon = html_logo
html_static_path = [str(HERE / "static"), str(BUILT / "static")]
html_css_files = ["site.css"]
templates_path = [str(HERE / "templates")]
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None
html_permalinks_icon = "#"
html_theme_options = {
    "logo": {"text": "Tapelab", "alt_text": "Tapelab, start page"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "show_prev_next": False,
    "collapse_navigation": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "github-dark",
}
# the theme's sidebar lists every page of a section on every page; with hundreds of them a list of the neighbours is shorter, and quicker to build
html_sidebars = {
    "index": [],
    "CHANGELOG": [],
    "CONTRIBUTING": [],
    "operators/**": ["members.html"],
    "api/**": ["members.html"],
}
html_context = {"default_mode": "auto", "sections": json.loads((BUILT / "sections.json").read_text())}
copybutton_exclude = ".linenos, .gp, .go"
