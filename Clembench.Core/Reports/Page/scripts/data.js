// The report's data: the overview, which is there from the start, and dialogues, which are unpacked when they are looked at.

async function unpacked(text) {
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
}

// A page that carries its data.
class CarriedData {
  #chunks = new Map();
  #starts = [];
  live = false;

  async overview() {
    const overview = await unpacked(document.getElementById('overview-data').textContent);
    this.#starts = overview.chunks;
    return overview;
  }

  async transcript(place) {
    let chunk = this.#starts.length - 1;
    while (this.#starts[chunk] > place) chunk--;
    return (await this.#chunk(chunk))[place - this.#starts[chunk]];
  }

  // Chunks may still be on their way in when the first one is asked for. Few are kept.
  async #chunk(number) {
    const known = this.#chunks.get(number);
    if (known) return known;
    let element = document.getElementById(`chunk-${number}`);
    if ((!element || !element.nextSibling) && document.readyState === 'loading') {
      await new Promise((done) => document.addEventListener('DOMContentLoaded', done, { once: true }));
      element = document.getElementById(`chunk-${number}`);
    }
    const reading = unpacked(element.textContent);
    this.#chunks.set(number, reading);
    if (this.#chunks.size > 6) this.#chunks.delete(this.#chunks.keys().next().value);
    return reading;
  }

  comparison(overview, a, b) {
    return overview.comparisons.filter((one) => one.reference === a && one.difference === b)
      .concat(overview.comparisons.filter((one) => one.reference === b && one.difference === a).map((one) => ({
        ...one, reference: a, difference: b, mean: -one.mean, low: negated(one.high), high: negated(one.low) })));
  }
}

// An image of a dialogue as an address: its content is in the page, or came with the dialogue. Null for one that is not there.
function imageAddress(image) {
  const content = image.content ?? (image.id && document.getElementById(`image-${image.id}`)?.textContent);
  return content ? `data:${image.type};base64,${content}` : null;
}

function negated(number) {
  return number === null ? null : -number;
}

// A page that asks the server that it came from, while a run goes on.
class ServedData {
  #version = '';
  live = true;

  async overview() {
    const answer = await fetch(`overview?since=${this.#version}`);
    if (answer.status === 204) return null;
    if (!answer.ok) throw new Error(`The server answered with the status ${answer.status}.`);
    this.#version = answer.headers.get('etag') ?? '';
    return answer.json();
  }

  async transcript(place, id) {
    const answer = await fetch(`transcript?id=${id}`);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  async comparison(overview, a, b) {
    const answer = await fetch(`comparison?reference=${encodeURIComponent(a)}&difference=${encodeURIComponent(b)}`);
    return answer.ok ? answer.json() : [];
  }
}

// All episodes by column, and what is asked of them more than once.
class Report {
  constructor(overview, source) {
    Object.assign(this, overview);
    this.source = source;
    this.overview = overview;
    this.count = overview.episodes.model.length;
    this.totals = overview.leaderboard.filter((row) => row.game === 'all');
    // A model whose episodes all failed has no scores; it is told of nevertheless, below those that have.
    const scored = new Set(this.totals.map((row) => row.model));
    this.totals.push(...this.models.filter((model) => !scored.has(model)).map((model) => ({
      model, game: 'all', clemscore: null, clemscoreLow: null, clemscoreHigh: null, played: null, playedLow: null, playedHigh: null,
      quality: null, qualityLow: null, qualityHigh: null, episodes: 0, instances: 0 })));
    this.outcomes = new Map();
    for (let place = 0; place < this.count; place++) {
      for (const game of ['all', this.game(place)]) {
        const key = `${this.model(place)}\n${game}`;
        if (!this.outcomes.has(key)) this.outcomes.set(key, [0, 0, 0, 0]);
        this.outcomes.get(key)[overview.episodes.outcome[place]]++;
      }
    }
    this.rows = new Map(overview.leaderboard.map((row) => [`${row.model}\n${row.game}`, row]));
    const order = new Map(this.totals.map((row, place) => [row.model, place]));
    this.modelOrder = this.models.map((_, place) => place)
      .sort((a, b) => (order.get(this.models[a]) ?? 1e9) - (order.get(this.models[b]) ?? 1e9));
    this.gameOrder = this.games.map((_, place) => place).sort((a, b) => (this.games[a] < this.games[b] ? -1 : 1));
  }

  // The place of an episode, by the number that addresses name it by.
  place(id) {
    return this.episodes.id ? this.episodes.id.indexOf(id) : id < this.count ? id : -1;
  }

  id(place) {
    return this.episodes.id ? this.episodes.id[place] : place;
  }

  transcript(place) {
    return this.source.transcript(place, this.id(place));
  }

  comparison(a, b) {
    return this.source.comparison(this.overview, a, b);
  }

  // How many episodes of a model ended in which way, of a game or of all.
  outcomesOf(model, game = 'all') {
    return this.outcomes.get(`${model}\n${game}`);
  }

  row(model, game) {
    return this.rows.get(`${model}\n${game}`);
  }

  get(column, place) {
    return this.episodes[column][place];
  }

  // clemcore's metric, which the records hold where it is not the number of requests.
  requestMetric(place) {
    return (this.episodes.requestMetric ?? this.episodes.requests)[place];
  }

  model(place) { return this.models[this.episodes.model[place]]; }
  game(place) { return this.games[this.episodes.game[place]]; }
  experiment(place) { return this.experiments[this.episodes.experiment[place]]; }
  reason(place) { return this.reasons[this.episodes.reason[place]] ?? ''; }

  instance(place) {
    return `${this.experiment(place)} ${this.get('instance', place)}${this.get('repeat', place) > 1 ? ` (repetition ${this.get('repeat', place)})` : ''}`;
  }

  // What a model's repetitions of an instance have in common, too.
  pairKey(place) {
    const { game, experiment, instance } = this.episodes;
    return `${game[place]} ${experiment[place]} ${instance[place]}`;
  }

  // What all models' episodes of one instance have in common.
  instanceKey(place) {
    const { game, experiment, instance, repeat } = this.episodes;
    return `${game[place]} ${experiment[place]} ${instance[place]} ${repeat[place]}`;
  }

  sameInstance(place) {
    if (!this.byInstance) {
      this.byInstance = new Map();
      for (let one = 0; one < this.count; one++) {
        const key = this.instanceKey(one);
        if (!this.byInstance.has(key)) this.byInstance.set(key, []);
        this.byInstance.get(key).push(one);
      }
    }
    return this.byInstance.get(this.instanceKey(place));
  }

  each(action) {
    for (let place = 0; place < this.count; place++) action(place);
  }
}
