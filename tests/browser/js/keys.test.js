import assert from "node:assert/strict";
import { test } from "node:test";
import { isTyping, keysAllowed, keysOn, setKeys } from "../../../lms/static/js/lib/keys.js";

function storage() {
  const values = new Map();
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => values.set(key, value) };
}

test("single keys are on until somebody switches them off", () => {
  const place = storage();
  assert.equal(keysOn(place), true);
  setKeys(place, false);
  assert.equal(keysOn(place), false);
  assert.equal(keysAllowed({ target: { localName: "body" } }, place), false);
});

test("nothing acts while somebody types or holds a modifier", () => {
  const place = storage();
  assert.equal(isTyping({ localName: "input", type: "text" }), true);
  assert.equal(isTyping({ localName: "input", type: "checkbox" }), false);
  assert.equal(keysAllowed({ target: { localName: "textarea" } }, place), false);
  assert.equal(keysAllowed({ target: { localName: "body" }, ctrlKey: true }, place), false);
  assert.equal(keysAllowed({ target: { localName: "body" }, isComposing: true }, place), false);
  assert.equal(keysAllowed({ target: { localName: "body" } }, place), true);
});
