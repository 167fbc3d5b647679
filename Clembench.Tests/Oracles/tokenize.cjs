// Tokenizes texts with Hugging Face's own library (npm's "tokenizers": the Rust library) or its JavaScript port.
// Arguments: rust or js; the path of a tokenizer.json.
// Input: a line [text, whether special tokens are put around it] for each text.
// Output: for each text a line [ids, decoded, decoded without special tokens].
'use strict';
const fs = require('fs');
const readline = require('readline');

const [kind, path] = process.argv.slice(2);

async function load() {
  if (kind === 'rust') {
    const { Tokenizer } = require('tokenizers');
    const tokenizer = Tokenizer.fromFile(path);
    tokenizer.disablePadding();
    tokenizer.disableTruncation();
    return async ([text, withSpecialTokens]) => {
      const ids = (await tokenizer.encode(text, null, { addSpecialTokens: withSpecialTokens })).getIds();
      return [ids, await tokenizer.decode(ids, false), await tokenizer.decode(ids, true)];
    };
  }
  const { Tokenizer } = require('@huggingface/tokenizers');
  const tokenizer = new Tokenizer(JSON.parse(fs.readFileSync(path, 'utf8')), { clean_up_tokenization_spaces: false });
  return async ([text, withSpecialTokens]) => {
    const ids = tokenizer.encode(text, { add_special_tokens: withSpecialTokens }).ids;
    // It refuses to decode nothing.
    return [ids, ...[false, true].map((skip) => (ids.length > 0 ? tokenizer.decode(ids, { skip_special_tokens: skip }) : ''))];
  };
}

async function main() {
  const tokenize = await load();
  const output = [];
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line === '') continue;
    output.push(JSON.stringify(await tokenize(JSON.parse(line))));
    if (output.length >= 1000) process.stdout.write(output.splice(0).join('\n') + '\n');
  }
  if (output.length > 0) process.stdout.write(output.join('\n') + '\n');
}

main().catch((error) => {
  process.stderr.write(String(error && error.stack || error) + '\n');
  process.exit(1);
});
