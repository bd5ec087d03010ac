import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../../lms/static/js/", import.meta.url);

test("the loader knows every element, and each defines its own name", () => {
  const files = readdirSync(new URL("elements/", root)).sort();
  const listed = [...readFileSync(new URL("app.js", root), "utf8").matchAll(/^import "\.\/elements\/(lms-[a-z-]+)\.js";$/gm)];
  assert.deepEqual(listed.map((found) => `${found[1]}.js`), files);
  for (const file of files) {
    const text = readFileSync(new URL(`elements/${file}`, root), "utf8");
    assert.ok(text.includes(`customElements.define("${file.slice(0, -3)}"`), file);
    assert.ok(text.split("\n").length <= 200, `${file} is too long`);
  }
});
