// Tokenizes with many small tokenizers, each on texts of its own, with Hugging Face's own library (npm's "tokenizers").
// Input: lines of JSON, {"tokenizer": the content of a tokenizer.json, "texts": [...], "ids": [[...], ...]}.
// Output: for each a line {"encoded": [[ids, ids with special tokens, decoded, decoded without special tokens] or null where the library refuses],
// "decoded": [text, ...]}, or {"error": why the tokenizer is refused}.
'use strict';
const readline = require('readline');
const { Tokenizer } = require('tokenizers');

async function attempt(action) {
  try {
    return await action();
  } catch {
    return null;
  }
}

async function answer({ tokenizer: definition, texts, ids = [] }) {
  let tokenizer;
  try {
    tokenizer = Tokenizer.fromString(JSON.stringify(definition));
  } catch (error) {
    return { error: String(error.message) };
  }
  const encoded = [];
  for (const text of texts) {
    encoded.push(await attempt(async () => {
      const plain = (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
      const special = (await tokenizer.encode(text, null, { addSpecialTokens: true })).getIds();
      return [plain, special, await tokenizer.decode(plain, false), await tokenizer.decode(special, true)];
    }));
  }
  const decoded = [];
  for (const list of ids) decoded.push(await attempt(() => tokenizer.decode(list, false)));
  return { encoded, decoded };
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity }))
    if (line !== '') process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + '\n');
}

main().catch((error) => {
  process.stderr.write(String(error && error.stack || error) + '\n');
  process.exit(1);
});
