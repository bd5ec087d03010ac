import assert from "node:assert/strict";
import { test } from "node:test";
import { countText, fill, isAccepted, sizeText } from "../../../lms/static/js/lib/text.js";

test("values go into the server's text and unknown names stay visible", () => {
  assert.equal(fill("残り{time}", { time: "4:59" }), "残り4:59");
  assert.equal(fill("{a}{b}", { a: 0 }), "0{b}");
});

test("counts are said in words", () => {
  const texts = { none: "選択なし", one: "1件を選択中", many: "{count}件を選択中" };
  assert.deepEqual([0, 1, 12].map((count) => countText(count, texts)), ["選択なし", "1件を選択中", "12件を選択中"]);
});

test("sizes are written as file managers write them", () => {
  assert.deepEqual(
    [0, 512, 1024, 1536, 150 * 1024, 200 * 1024 * 1024, 3 * 1024 ** 3].map(sizeText),
    ["0 B", "512 B", "1 KB", "1.5 KB", "150 KB", "200 MB", "3 GB"],
  );
});

test("kinds of files follow the accept attribute", () => {
  const deck = { name: "研修資料.PPTX", type: "" };
  const picture = { name: "a.png", type: "image/png" };
  assert.equal(isAccepted(deck, ".pptx, .odp"), true);
  assert.equal(isAccepted(deck, ".pdf"), false);
  assert.equal(isAccepted(picture, "image/*"), true);
  assert.equal(isAccepted(picture, "application/pdf"), false);
  assert.equal(isAccepted(picture, ""), true);
});
