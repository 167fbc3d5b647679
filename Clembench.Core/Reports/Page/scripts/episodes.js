// All episodes, by filters that are part of the address.

const PAGE = 100;

function episodesView(report, query, state) {
  const filters = {
    model: query.get('model') ?? '', game: query.get('game') ?? '', experiment: query.get('experiment') ?? '',
    reason: query.get('reason') ?? '', outcome: query.getAll('outcome'), text: query.get('text') ?? '',
  };
  let sort = state.sort ?? null;
  let page = 0;
  let places = [];

  const amount = el('p', { class: 'lead', id: 'amount' });
  const pages = el('div', { class: 'pages' });
  const columns = [
    { key: 'episode', label: 'Episode', head: true, value: (place) => report.experiment(place) + String(report.get('instance', place)).padStart(9, '0'), cell: (place) => [el('a', { href: address('episode', { n: report.id(place) }) }, named(report.instance(place))), el('span', { class: 'narrow small soft' }, named(report.game(place)))] },
    { key: 'game', label: 'Game', wide: true, value: (place) => report.game(place), cell: (place) => named(report.game(place)) },
    { key: 'model', label: 'Model', value: (place) => report.model(place), cell: (place) => named(report.model(place)) },
    { key: 'outcome', label: 'Outcome', value: (place) => report.get('outcome', place), cell: (place) => outcome(report.get('outcome', place)) },
    { key: 'score', label: 'Score', number: true, value: (place) => report.get('score', place), cell: (place) => score(report.get('score', place)) },
    { key: 'turns', label: 'Turns', number: true, wide: true, value: (place) => report.get('turns', place), cell: (place) => count(report.get('turns', place)) },
    { key: 'requests', label: 'Requests', number: true, wide: true, value: (place) => report.get('requests', place), cell: (place) => [count(report.get('requests', place)), report.get('violated', place) > 0 && el('div', { class: 'small soft' }, `${report.get('violated', place)} wrong`)] },
    { key: 'tokens', label: 'Tokens', number: true, wide: true, value: (place) => tokensOf(report, place), cell: (place) => short(tokensOf(report, place)) },
    { key: 'seconds', label: 'Time', number: true, wide: true, value: (place) => report.get('seconds', place), cell: (place) => time(report.get('seconds', place)) },
    { key: 'reason', label: 'Reason', wide: true, class: 'reason', value: (place) => report.reason(place) || null, cell: (place) => el('span', { class: 'small soft' }, named(report.reason(place))) },
  ];
  const rows = [];
  const { table, draw } = sortedTable({
    columns, rows, sort,
    onsort: (now) => { sort = now; state.sort = now; page = 0; },
    shown: (ordered) => {
      places = ordered;
      // By their numbers: places shift when episodes come in between.
      state.order = ordered.map((place) => report.id(place));
      drawPages();
      return ordered.slice(page * PAGE, (page + 1) * PAGE);
    },
    row: (place, _, cells) => el('tr', { class: 'opens', onclick: (event) => { if (!event.target.closest('a') && !String(getSelection())) go('episode', { n: report.id(place) }); } }, cells()),
  });

  function apply() {
    const matches = matcher(report, filters);
    rows.length = 0;
    report.each((place) => { if (matches(place)) rows.push(place); });
    page = 0;
    draw();
    const text = rows.length === report.count ? `All ${plural(report.count, 'episode')}.` : `${plural(rows.length, 'episode')} of ${count(report.count)}.`;
    amount.textContent = text;
    amend('episodes', filters);
    say(text);
  }

  function drawPages() {
    const last = Math.max(0, Math.ceil(places.length / PAGE) - 1);
    const turn = (step) => {
      page += step;
      draw();
      scrolledTable.scrollIntoView({ block: 'start' });
      pages.querySelector(step > 0 && page < last ? '.next' : '.previous:not(:disabled), .next')?.focus({ preventScroll: true });
      say(`Page ${page + 1} of ${last + 1}.`);
    };
    pages.replaceChildren(...(last === 0 ? [] : [
      el('button', { type: 'button', class: 'previous', disabled: page === 0, onclick: () => turn(-1) }, 'Previous'),
      el('span', null, `${count(page * PAGE + 1)} to ${count(Math.min(places.length, (page + 1) * PAGE))} of ${count(places.length)}`),
      el('button', { type: 'button', class: 'next', disabled: page === last, onclick: () => turn(1) }, 'Next')]));
  }

  const all = (label, names, order, key) => choice(label, [['', 'all'], ...order.map((one) => [names[one], names[one]])], filters[key], (value) => { filters[key] = value; apply(); });
  const sorted = (names) => names.map((_, place) => place).sort((a, b) => (names[a] < names[b] ? -1 : 1));
  let typing;
  const search = el('input', { type: 'search', value: filters.text, oninput: () => {
    clearTimeout(typing);
    typing = setTimeout(() => { filters.text = search.value; apply(); }, 120);
  } });
  table.classList.add('episodes');
  const scrolledTable = scrolled('Episodes', table);
  const view = el('div', null,
    el('h1', { tabindex: -1 }, 'Episodes'), amount,
    el('div', { class: 'filters', role: 'group', 'aria-label': 'Filters' },
      all('Model', report.models, report.modelOrder, 'model'), all('Game', report.games, report.gameOrder, 'game'),
      all('Experiment', report.experiments, sorted(report.experiments), 'experiment'),
      report.reasons.length > 0 && all('Reason', report.reasons, sorted(report.reasons), 'reason'),
      field('Search names and reasons', search),
      el('fieldset', null, el('legend', null, 'Outcome'), OUTCOMES.map((one, place) => el('label', null,
        el('input', { type: 'checkbox', value: one.key, checked: filters.outcome.includes(one.key), onchange: (event) => {
          filters.outcome = filters.outcome.filter((key) => key !== one.key);
          if (event.target.checked) filters.outcome.push(one.key);
          apply();
        } }), outcome(place)))),
      el('button', { type: 'button', onclick: () => { location.hash = ''; go('episodes'); } }, 'Clear')),
    el('section', { class: 'card long', 'aria-label': 'Episodes' }, scrolledTable, pages));
  apply();
  return view;
}

function tokensOf(report, place) {
  const prompt = report.get('promptTokens', place);
  const completion = report.get('completionTokens', place);
  return prompt === null && completion === null ? null : (prompt ?? 0) + (completion ?? 0);
}

function matcher(report, filters) {
  const model = filters.model ? report.models.indexOf(filters.model) : null;
  const game = filters.game ? report.games.indexOf(filters.game) : null;
  const experiment = filters.experiment ? report.experiments.indexOf(filters.experiment) : null;
  const reason = filters.reason ? report.reasons.indexOf(filters.reason) : null;
  const outcomes = filters.outcome.length > 0 ? OUTCOMES.map((one) => filters.outcome.includes(one.key)) : null;
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const { episodes } = report;
  return (place) => (model === null || episodes.model[place] === model)
    && (game === null || episodes.game[place] === game)
    && (experiment === null || episodes.experiment[place] === experiment)
    && (reason === null || episodes.reason[place] === reason)
    && (!outcomes || outcomes[episodes.outcome[place]])
    && (words.length === 0 || containsAll(`${report.model(place)} ${report.game(place)} ${report.instance(place)} ${report.reason(place)}`.toLowerCase(), words));
}

function containsAll(text, words) {
  return words.every((word) => text.includes(word));
}
