// One episode: what was said, what the game master noted, and the exact prompt and response behind each answer.

function episodeView(report, query, state) {
  const place = report.place(Number(query.get('n')));
  if (!(place >= 0)) {
    return el('div', null, el('h1', { tabindex: -1 }, 'No such episode'), el('p', { class: 'lead' }, 'The address names an episode that this report does not have.'));
  }
  const id = report.id(place);
  const ids = report.episodes.id ?? Array.from({ length: report.count }, (_, one) => one);
  const here = new Set(ids);
  const order = state.order?.includes(id) ? state.order.filter((one) => here.has(one)) : ids;
  const at = order.indexOf(id);
  const step = (label, other) => (other === undefined ? el('button', { type: 'button', disabled: true }, label) : el('button', { type: 'button', onclick: () => go('episode', { n: other }) }, label));
  const others = report.sameInstance(place).filter((one) => one !== place);
  const body = el('div');
  const view = el('div', null,
    el('p', { class: 'head' },
      el('a', { href: address('episodes', state.filters) }, 'All episodes'),
      el('span', { class: 'steps' }, step('Previous', order[at - 1]), el('span', { class: 'soft' }, `${count(at + 1)} of ${count(order.length)}`), step('Next', order[at + 1]))),
    el('h1', { tabindex: -1 }, named(report.game(place)), ' · ', named(report.instance(place))),
    episodeFacts(report, place),
    report.reason(place) && el('p', { class: 'lead' }, el('span', { class: 'tag bad' }, 'Reason'), ' ', named(report.reason(place))),
    others.length > 0 && el('p', { class: 'lead' }, 'The same instance: ', others.slice(0, 40).map((one, index) => [
      index > 0 && ' · ', el('a', { href: address('compare', { a: report.model(place), b: report.model(one), n: [report.id(place), report.id(one)] }) }, named(report.model(one))),
      ' ', outcome(report.get('outcome', one)), report.get('score', one) !== null && ` ${score(report.get('score', one))}`])),
    body);
  if (report.detail === 'summary') {
    body.append(el('p', { class: 'lead' }, 'This report holds numbers only; the dialogues are in the results folder.'));
    return view;
  }
  fillTranscript(report, place, body);
  return view;
}

function episodeFacts(report, place) {
  const fact = (label, value) => value !== NONE && el('div', null, el('dt', null, label), el('dd', null, value));
  const tokens = tokensOf(report, place);
  return el('dl', { class: 'facts small' },
    fact('model', named(report.model(place))), fact('outcome', outcome(report.get('outcome', place))), fact('score', score(report.get('score', place))),
    fact('turns', count(report.get('turns', place))), fact('requests', count(report.get('requests', place))),
    report.requestMetric(place) !== report.get('requests', place) && fact('Request Count metric', count(report.requestMetric(place))),
    report.get('violated', place) > 0 && fact('wrong form', count(report.get('violated', place))),
    fact('tokens', short(tokens)), fact('cost', money(report.get('cost', place))), fact('time', time(report.get('seconds', place))));
}

async function fillTranscript(report, place, body) {
  body.setAttribute('aria-busy', 'true');
  try {
    const transcript = await report.transcript(place);
    body.replaceChildren(
      transcript.error && el('section', { class: 'card' }, el('h2', null, 'Error'), longText('pre', { class: 'text' }, transcript.error)) || '',
      dialogue(transcript), metrics(transcript));
  } catch (error) {
    body.replaceChildren(el('p', { class: 'lead' }, `The dialogue cannot be shown: ${error.message}`));
  }
  body.removeAttribute('aria-busy');
}

function metrics(transcript) {
  return el('section', { class: 'card' },
    el('header', null, el('h2', null, 'Metrics and place')),
    el('p', { class: 'soft' }, 'Recorded in ', el('code', null, named(transcript.folder)), transcript.start && `, from ${transcript.start}`),
    transcript.scores.length > 0 && el('dl', { class: 'facts small' }, transcript.scores.map(([name, value]) =>
      el('div', null, el('dt', null, named(name)), el('dd', null, named(value.length > 60 ? `${value.slice(0, 60)}…` : value))))));
}

function dialogue(transcript) {
  const roles = new Map(transcript.players.map((player) => [player.name, player]));
  const seats = new Map(transcript.players.filter((player) => player.name !== 'GM').map((player, place) => [player.name, place + 1]));
  const who = (name) => {
    const player = roles.get(name);
    return player && name !== 'GM' ? [el('b', null, named(name)), player.role && player.role !== name && named(player.role)] : [el('b', null, name === 'GM' ? 'Game master' : named(name))];
  };
  const prompts = promptsOf(transcript.requests);
  const parts = [];
  if (transcript.rounds.every(({ events }) => events.length === 0)) parts.push(el('p', { class: 'soft' }, 'Nothing was said.'));
  transcript.rounds.forEach(({ events, violated }, number) => {
    // The record counts by round; where it does not say which answers are meant, the round is marked and no answer.
    const unsaid = violated > 0 && !events.some((event) => event.fault && event.from !== event.to);
    if (transcript.rounds.length > 1 || unsaid) {
      parts.push(el('h2', { class: 'round' }, `Round ${number}`, unsaid && el('span', { class: 'tag bad' }, `${count(violated)} not in the form asked for`)));
    }
    for (const event of events) {
      if (event.from === event.to) {
        parts.push(note(event));
        continue;
      }
      const isAnswer = event.from !== 'GM';
      const message = el('article', { class: `message ${isAnswer ? `answer seat-${seats.get(event.from) ?? 1}` : 'told'}${event.label ? ' aside' : ''}${event.fault ? ' fault' : ''}` },
        el('div', { class: 'who' }, who(event.from),
          !isAnswer && transcript.players.length > 2 && el('span', null, 'to ', named(roles.get(event.to)?.role || event.to)),
          isAnswer && roles.get(event.from)?.model && el('span', null, named(roles.get(event.from).model)),
          event.label === 'forget' && el('span', { class: 'tag' }, 'probe, forgotten'), event.label === 'pseudo' && el('span', { class: 'tag' }, 'not sent'),
          event.fault && el('span', { class: 'tag bad' }, 'not in the form asked for'),
          event.at >= 1 && el('span', null, `+${time(event.at / 1000)}`)),
        event.text === '' ? el('div', { class: 'bubble empty' }, 'an empty message') : longText('div', { class: 'bubble', dir: 'auto' }, event.text),
        event.images && el('div', { class: 'images' }, event.images.map((image, place) => picture(image, event.images.length > 1 ? `Image ${place + 1} of ${event.images.length}` : 'Image'))),
        event.request !== undefined && exact(transcript.requests[event.request], () => prompts(event.request)));
      parts.push(message);
    }
  });
  return el('section', { class: 'dialogue', 'aria-label': 'Dialogue' }, parts);
}

// An image of the game, or the name of one and why there is no more.
function picture(image, which) {
  const source = imageAddress(image);
  const why = source ? '' : image.why ?? (image.id ? 'the report has no room for more images' : null);
  return el('figure', null,
    source && el('img', { src: source, alt: `${which}: ${visible(image.name)}` }),
    el('figcaption', { class: 'small soft' }, `${which}: `, named(image.name), why && ` (${why})`));
}

function note(event) {
  const long = event.text.length > 400;
  const said = long
    ? el('details', null, el('summary', null, visible(event.text.slice(0, 80)), '…'), longText('div', { class: 'said', dir: 'auto' }, event.text))
    : el('span', { class: 'said', dir: 'auto' }, visible(event.text));
  return el('div', { class: event.fault ? 'note fault' : 'note' }, el('b', null, named(event.type)), said);
}

// A prompt is what it shares with the same player's last one, and the rest.
function promptsOf(requests) {
  const texts = [];
  const last = new Map();
  return (wanted) => {
    for (let place = texts.length; place <= wanted; place++) {
      const { player, shared, rest } = requests[place];
      const text = (last.get(player) ?? '').slice(0, shared) + rest;
      last.set(player, text);
      texts.push(text);
    }
    return texts[wanted];
  };
}

function exact(request, prompt) {
  const details = el('details', { class: 'exact' }, el('summary', null, 'Prompt and response'));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(block('Prompt', prompt()), block('Response', request.response));
  });
  return details;
}

let readable = false;

// A JSON text, exactly (white space apart), or as messages.
function block(title, json) {
  const body = el('div');
  const messages = messagesIn(json);
  const draw = () => {
    body.replaceChildren(...[readable && messages
      ? el('dl', { class: 'turns' }, messages.map((one) => [el('dt', null, named(one.role)), el('dd', { dir: 'auto' }, longText('span', null, one.content))]))
      : longText('pre', { class: 'text', tabindex: 0 }, json.length > 300000 ? json : indented(json))].flat());
    switcher?.setAttribute('aria-pressed', String(readable));
  };
  const switcher = messages && el('button', { type: 'button', onclick: () => { readable = !readable; draw(); } }, 'As messages');
  const copy = el('button', { type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(json);
      say(`${title} copied.`);
      copy.textContent = 'Copied';
    } catch {
      copy.textContent = 'Not allowed here';
    }
  } }, 'Copy');
  draw();
  return el('div', { class: 'block' }, el('header', null, el('h3', null, title), switcher, copy), body);
}

// The messages in a prompt or response of the usual form; null where it has another.
function messagesIn(json) {
  let value;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const list = Array.isArray(value) ? value : value?.messages ?? (Array.isArray(value?.choices) ? value.choices.map((one) => one?.message) : null);
  const text = (content) => (typeof content === 'string' ? content : Array.isArray(content) && content.every((one) => typeof one?.text === 'string') ? content.map((one) => one.text).join('\n') : null);
  if (!Array.isArray(list) || list.length === 0) return null;
  const messages = list.map((one) => ({ role: typeof one?.role === 'string' ? one.role : '', content: text(one?.content) }));
  return messages.every((one) => one.content !== null) ? messages : null;
}

// Line breaks and indentation between a JSON text's tokens, each of which stays as it is.
function indented(json) {
  let depth = 0;
  let text = '';
  const line = () => { text += `\n${'  '.repeat(Math.min(depth, 60))}`; };
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g) ?? [];
  tokens.forEach((token, place) => {
    const next = tokens[place + 1];
    if (token === '{' || token === '[') {
      text += token;
      if (next === '}' || next === ']') return;
      depth++;
      line();
    } else if (token === '}' || token === ']') {
      const before = tokens[place - 1];
      if (before !== '{' && before !== '[') { depth--; line(); }
      text += token;
    } else if (token === ',') {
      text += token;
      line();
    } else {
      text += token === ':' ? ': ' : token;
    }
  });
  return text;
}
