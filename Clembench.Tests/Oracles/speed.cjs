// Measures Hugging Face's own library or its JavaScript port. Arguments: rust or js; the path of a tokenizer.json; a JSON file
// with an array of texts; the number of rounds. Output: the seconds of each round after one to warm up, as JSON.
'use strict';
const fs = require('fs');

async function main() {
  const [kind, path, textPath, rounds] = process.argv.slice(2);
  const texts = JSON.parse(fs.readFileSync(textPath, 'utf8'));
  let encodeAll;
  if (kind === 'rust') {
    const tokenizer = require('tokenizers').Tokenizer.fromFile(path);
    encodeAll = async () => {
      // In batches, as the library is meant to be used from node; it takes all cores for them.
      const encodings = await tokenizer.encodeBatch(texts, { addSpecialTokens: false });
      for (const encoding of encodings) encoding.getIds();
    };
  } else {
    const { Tokenizer } = require('@huggingface/tokenizers');
    const tokenizer = new Tokenizer(JSON.parse(fs.readFileSync(path, 'utf8')), {});
    encodeAll = async () => {
      for (const text of texts) tokenizer.encode(text, { add_special_tokens: false });
    };
  }
  const seconds = [];
  for (let round = 0; round <= Number(rounds); round++) {
    const start = process.hrtime.bigint();
    await encodeAll();
    if (round > 0) seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  process.stdout.write(JSON.stringify(seconds));
}

main().catch((error) => {
  process.stderr.write(String(error && error.stack || error) + '\n');
  process.exit(1);
});
