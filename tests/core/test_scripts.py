"""Tests of joining the scripts; Node runs the modules and the joined file and says what differs."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.web.assets import AssetError
from lms.core.web.scripts import bundle_js

SCRIPTS = Path(__file__).resolve().parents[2] / "lms" / "static" / "js"
ENTRIES = sorted(path.name for path in SCRIPTS.glob("*.js"))


def _write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def _node(*arguments: str) -> str:
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run([node, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_module_stands_once_after_what_it_imports(tmp_path: Path) -> None:
    root = _write(
        tmp_path,
        app='import "./parts/a.js";\nimport { b } from "./lib/b.js";\n\nb();\n',
        parts__a='import { b, C } from "../lib/b.js";\nconst a = new C();\nb(a);\n',
        lib__b="export function b(x) {\n  return x;\n}\nexport class C {}\n",
    )
    assert bundle_js(root, "app.js").decode() == (
        "function b(x) {\nreturn x;\n}\nclass C {}\nconst a = new C();\nb(a);\nb();\n"
    )


def test_comments_go_and_nothing_else(tmp_path: Path) -> None:
    source = (
        "/** What it is. */\n/**\n * Why `this.\n * @param {string} a\n */\n"
        "export function f(a) {\n"
        "  // because\n  const b = /** @type {HTMLElement} */ (a);\n"
        '  return "/** text */" + b; // kept\n}\n'
    )
    assert bundle_js(_write(tmp_path, app=source), "app.js").decode() == (
        'function f(a) {\nconst b = (a);\nreturn "/** text */" + b; // kept\n}\n'
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('import b from "./b.js";', "an import that"),
        ('import { b as c } from "./b.js";', "an import that"),
        ('import * as b from "./b.js";', "an import that"),
        ('import { b } from "b";', "an import that"),
        ('const b = await import("./b.js");', "an import that"),
        ("const here = import.meta.url;", "an import that"),
        ("export default 1;", "an export that"),
        ("export { a };", "an export that"),
        ('export * from "./b.js";', "an export that"),
        ("const { x, y } = a;", "names cannot be read"),
        ("let one, two;", "several names"),
        ('export const one = f("(", [1, 2]), two = 2;', "several names"),
        ("const one = 1,", "several names"),
        ("const text = `one", "several lines"),
        ("/* one", "a comment without an end"),
        ("/*\n*/ one();", "code behind the end"),
    ],
)
def test_what_is_outside_the_plain_part_is_refused(tmp_path: Path, line: str, message: str) -> None:
    root = _write(tmp_path, app=f"const a = 1;\n{line}\n", b="export const b = 1;\n")
    shown = re.escape(line.splitlines()[-1])
    with pytest.raises(AssetError, match=f"^app.js: .*{message}.*: {shown}$"):
        bundle_js(root, "app.js")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"app": 'import "./a.js";', "a": 'import "./b.js";', "b": 'import "./a.js";'}, "a.js → b"),
        ({"app": 'import "./app.js";'}, "app.js → app.js"),
        ({"app": 'import "./a.js";\nlet x = 1;', "a": "function x() {}"}, "a.js and app.js .* x$"),
        ({"app": 'import { y } from "./a.js";', "a": "const y = 1;"}, "a.js has no y, which app"),
        ({"app": 'import "./none.js";'}, "none.js is imported but does not exist"),
        ({"app": 'import "../out.js";'}, "out.js is imported from outside"),
    ],
)
def test_modules_that_cannot_be_joined_are_named(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(AssetError, match=message):
        bundle_js(_write(tmp_path, **files), "app.js")


@st.composite
def programs(draw: st.DrawFn) -> dict[str, str]:
    """Modules that import each other without circles and tell when they run and what they see."""
    count = draw(st.integers(1, 7))
    files = {}
    for number in range(count):
        used = draw(st.lists(st.integers(0, number - 1), unique=True)) if number else []
        imports, parts = [], [str(draw(st.integers(0, 9)))]
        for other in used:
            names = draw(st.sets(st.sampled_from(["f", "c", "v"])))
            wanted = ", ".join(f"{name}{other}" for name in sorted(names))
            imports.append(f'import {{ {wanted} }} from "./m{other}.js";'.replace("{  } from ", ""))
            calls = {"f": f"f{other}(2)", "c": f"c{other}", "v": f"v{other}"}
            parts += [calls[name] for name in sorted(names)]
        files[f"m{number}"] = "\n".join(
            [
                *imports,
                f"export const c{number} = {number} + 1; // one",
                f"export function f{number}(x) {{",
                f'  const v = "/* {number} */ export const"; // local',
                f"  return x * {' + '.join(parts)} + v.length;",
                "}",
                f"export let v{number} = f{number}({number}); // one, two",
                f"const list{number} = [`a, ${{{number}}}`, ')', (() => {{ return [1, 2]; }})()];",
                f"class Own{number} {{",
                f"  /** @param {{any}} a */ twice(a) {{ return [a, c{number}]; }}",
                "}",
                f"console.log({number}, v{number}, list{number});",
                f"console.log(new Own{number}().twice(f{number}(3)));",
            ]
        )
    return files


@settings(max_examples=25)
@given(programs())
def test_a_joined_file_does_what_the_modules_did(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = _write(Path(folder), **files)
        (root / "package.json").write_text('{"type": "module"}')
        entry = f"m{len(files) - 1}.js"
        (root / "joined.js").write_bytes(bundle_js(root, entry))
        assert _node(str(root / "joined.js")) == _node(str(root / entry)) != ""


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_scripts_of_the_pages_are_joined(entry: str, tmp_path: Path) -> None:
    joined = tmp_path / "joined.mjs"
    joined.write_bytes(bundle_js(SCRIPTS, entry))
    _node("--check", str(joined))


def test_every_script_is_part_of_one_that_pages_load() -> None:
    imported = re.compile(r'^import .*"(?P<path>[^"]+)";$', re.MULTILINE)
    reached: set[Path] = set()
    waiting = [SCRIPTS / entry for entry in ENTRIES]
    while waiting:
        path = waiting.pop().resolve()
        if path not in reached:
            reached.add(path)
            text = path.read_text(encoding="utf-8")
            waiting += [path.parent / found["path"] for found in imported.finditer(text)]
    assert reached == set(SCRIPTS.rglob("*.js"))
