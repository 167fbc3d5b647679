// Checks manifests of Jobs by the published OpenAPI schema of Kubernetes, as the package kubernetes-models has it.
//
// One JSON object a line comes in on standard input, one goes out on standard output, in the same order:
//
//     {"manifest": "apiVersion: batch/v1\n..."}     {"value": {...}, "errors": ["/spec/template: required template"], "unknown": ["/spec/complettions"]}
//
// The text is read by YAML 1.1, as Kubernetes reads it. The schema allows members that it does not know, and kubectl does not: those are
// the ones that the schema's check never looks at.

import readline from "node:readline";
import { parse } from "yaml";
import { validate } from "kubernetes-models/_schemas/IoK8sApiBatchV1Job";

const isObject = (value) => value !== null && typeof value === "object";

function watched(value, path, seen) {
  if (!isObject(value)) return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key !== "string" || !Object.hasOwn(target, key)) return target[key];
      seen.add(`${path}/${key}`);
      return watched(target[key], `${path}/${key}`, seen);
    },
  });
}

function* members(value, path) {
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    yield `${path}/${key}`;
    yield* members(member, `${path}/${key}`);
  }
}

function check(text) {
  const value = parse(text, { version: "1.1" });
  const seen = new Set();
  validate(watched(value, "", seen));
  const errors = (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.keyword} ${Object.values(error.params)[0]}`);
  return { value, errors, unknown: [...members(value, "")].filter((path) => !seen.has(path)) };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = check(JSON.parse(line).manifest);
  } catch (error) {
    answer = { errors: [String(error)], unknown: [] };
  }
  console.log(JSON.stringify(answer));
}
