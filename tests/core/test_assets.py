"""Tests of joining the style sheet and of the municipality's colour."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from lms.core.web.assets import (
    AssetError,
    bundle_css,
    contrast_with_white,
    theme_css,
)
from lms.wiring import NAVIGATION

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "lms" / "static"
CSS = STATIC / "css"
TEMPLATES = ROOT / "templates"


def _write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        (root / f"{name}.css").write_text(text, encoding="utf-8")
    return root


def test_imports_become_layers_in_order(tmp_path: Path) -> None:
    root = _write(
        tmp_path,
        app='@layer a, b;\n@import url("one.css") layer(a);\n@import url("two.css") layer(b);\n',
        one="/* why */\nh1 {\n  color: red;\n}\n",
        two="h2 { color: blue; }\n",
    )
    assert bundle_css(root).decode() == (
        "@layer a, b;\n@layer a {\nh1 {\ncolor: red;\n}\n}\n@layer b {\nh2 { color: blue; }\n}\n"
    )


def test_an_import_inside_an_import_is_found_from_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    _write(tmp_path, app='@import url("ui/all.css") layer(ui);')
    _write(tmp_path / "ui", all='@import url("box.css");', box=".box { margin: 0; }")
    assert b"@layer ui {\n.box { margin: 0; }\n}" in bundle_css(tmp_path)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"app": '@import url("none.css");'}, "does not exist"),
        ({"app": '@import url("a.css");\n@import url("a.css");', "a": ""}, "twice"),
        ({"app": '@import url("a.css");', "a": '@import url("app.css");'}, "twice"),
        ({"app": "@import 'a.css';", "a": ""}, "not of the form"),
        ({"app": "b { background: url(x.png); }"}, "relative"),
    ],
)
def test_what_cannot_be_joined_is_named(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(AssetError, match=message):
        bundle_css(_write(tmp_path, **files))


def test_every_sheet_is_part_of_one_that_pages_load() -> None:
    entries = [p for p in CSS.glob("*.css") if "@import" in p.read_text(encoding="utf-8")]
    named: set[str] = set()
    for entry in entries:
        joined = bundle_css(CSS, entry.name).decode()
        assert "@import" not in joined
        assert joined.count("{") == joined.count("}")
        named |= set(re.findall(r'@import url\("([^"]+)"\)', entry.read_text(encoding="utf-8")))
    present = {p.relative_to(CSS).as_posix() for p in CSS.rglob("*.css")}
    assert present - named == {entry.name for entry in entries}


def test_the_style_sheet_stays_small() -> None:
    """As it goes over the wire; a page has 150 KiB for everything."""
    assert len(gzip.compress(bundle_css(CSS))) < 20 * 1024


def test_pages_use_colours_by_role() -> None:
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)")
    sheets = [*(CSS / "ui").glob("*.css"), CSS / "base.css", CSS / "frame.css", CSS / "layout.css"]
    assert [p.name for p in sheets if raw.search(p.read_text(encoding="utf-8"))] == []


def test_contrast_follows_wcag() -> None:
    assert contrast_with_white("000000") == pytest.approx(21)
    assert contrast_with_white("fff") == pytest.approx(1)
    assert contrast_with_white("767676") == pytest.approx(4.54, abs=0.01)
    with pytest.raises(ValueError, match="not a colour"):
        contrast_with_white("0055zz")


def test_a_colour_too_light_keeps_the_standard() -> None:
    assert theme_css("0b5345") == ":root{--ui-accent:#0b5345}"
    assert theme_css("ffd43d") == ""


@pytest.mark.parametrize("folder", [STATIC / "vendor", ROOT / "tests" / "browser" / "vendor"])
def test_files_of_others_are_unchanged(folder: Path) -> None:
    entries = tomllib.loads((folder / "vendor.toml").read_text(encoding="utf-8"))["package"]
    listed = set()
    for entry in entries:
        assert entry["version"] in entry["folder"]
        assert entry["licence"]
        for file in entry["file"]:
            path = folder / entry["folder"] / file["path"]
            digest = hashlib.sha512(path.read_bytes()).digest()
            assert file["integrity"] == "sha512-" + base64.b64encode(digest).decode(), path.name
            listed.add(path)
    present = {p for p in folder.rglob("*") if p.is_file()} - {folder / "vendor.toml"}
    assert present == listed


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text()))
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        named |= set(
            re.findall(r'\b(?:ui_)?icon\("([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
        )
        named |= set(re.findall(r'\bicon="([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    named |= {item.icon for item in NAVIGATION}
    assert named - drawn == set()
