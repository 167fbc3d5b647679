// Two models on the same instances: the difference with its interval, instance by instance, and both dialogues side by side.

function compareView(report, query, state) {
  const names = report.modelOrder.map((model) => report.models[model]);
  if (names.length < 2) {
    return el('div', null, el('h1', { tabindex: -1 }, 'Compare'), el('p', { class: 'lead' }, 'There is one model only in this report.'));
  }
  const pick = (name, other) => (names.includes(query.get(name)) ? query.get(name) : names.find((one) => one !== other));
  const a = pick('a', query.get('b'));
  const b = pick('b', a);
  const game = report.games.includes(query.get('game')) ? query.get('game') : '';
  const pair = query.getAll('n').map((id) => report.place(Number(id))).filter((place) => place >= 0);
  const change = (parameters) => go('compare', { a, b, game, ...parameters });
  const options = names.map((name) => [name, name]);
  const view = el('div', null,
    el('h1', { tabindex: -1 }, 'Compare'),
    el('div', { class: 'filters', role: 'group', 'aria-label': 'What is compared' },
      choice('Reference', options, a, (value) => change({ a: value })), choice('Difference', options, b, (value) => change({ b: value })),
      choice('Game', [['', 'all'], ...report.gameOrder.map((one) => [report.games[one], report.games[one]])], game, (value) => change({ game: value }))));
  if (a === b) {
    view.append(el('p', { class: 'lead' }, 'Choose two different models.'));
    return view;
  }
  if (pair.length === 2) {
    view.append(sideBySide(report, pair, { a, b, game }));
    return view;
  }
  const differences = el('div');
  view.append(differences, instances(report, a, b, game, state));
  fillDifferences(report, a, b, differences);
  return view;
}

async function fillDifferences(report, a, b, holder) {
  const rows = await report.comparison(a, b);
  if (rows.length === 0) {
    holder.replaceChildren(el('p', { class: 'lead' }, 'The difference with its interval is in this report for pairs of the best models that have scored instances in common; Compare-ClemModel gives it for others.'));
    return;
  }
  const reach = Math.max(1, ...rows.flatMap((row) => [Math.abs(row.mean), Math.abs(row.low ?? 0), Math.abs(row.high ?? 0)]));
  const strip = (row) => chart((width) => {
    const x = (value) => width / 2 + (value / reach) * (width / 2 - 8);
    return svg('svg', { width, height: 22, 'aria-hidden': 'true' },
      svg('line', { class: 'grid', x1: x(0), x2: x(0), y1: 0, y2: 22 }),
      row.low !== null && svg('line', { class: 'spread', x1: x(row.low), x2: x(row.high), y1: 11, y2: 11 }),
      svg('g', { class: 'point' }, svg('circle', { cx: x(row.mean), cy: 11, r: 5 })));
  });
  holder.replaceChildren(card('differences', 'Difference of the score', `${visible(b)} less ${visible(a)}, on the instances that both played; an aborted episode counts 0, a failed one not at all. To the right of the line ${visible(b)} is better. Compare-ClemModel gives the same with more tests.`,
    scrolled('Differences', el('table', null,
      el('thead', null, el('tr', null, ['Game', '', 'Difference', '95 %', 'p', 'Instances'].map((label, place) => (label ? el('th', { scope: 'col', class: place > 1 ? `number${place === 4 ? ' wide' : ''}` : null }, label) : el('td', { class: 'wide' }))))),
      el('tbody', null, rows.map((row) => el('tr', null,
        el('th', { scope: 'row' }, row.game === 'all' ? 'all games' : named(row.game)), el('td', { class: 'measure wide' }, strip(row)),
        el('td', { class: 'number difference' }, signed(row.mean)), el('td', { class: 'number' }, row.low === null ? NONE : `${signed(row.low)} to ${signed(row.high)}`),
        el('td', { class: 'number wide' }, row.p === null ? NONE : row.p < 0.001 ? '< 0.001' : row.p.toFixed(3)), el('td', { class: 'number' }, count(row.instances)))))))));
}

// The instances that both have, with the mean score of each side's repetitions: an aborted episode counts 0, and one that ended in an
// error does not count at all, as in Compare-ClemModel.
function pairs(report, a, b, game) {
  const [modelA, modelB] = [report.models.indexOf(a), report.models.indexOf(b)];
  const sides = new Map();
  report.each((place) => {
    const model = report.get('model', place);
    if ((model !== modelA && model !== modelB) || (game && report.game(place) !== game)) return;
    const key = report.pairKey(place);
    if (!sides.has(key)) sides.set(key, { a: [], b: [] });
    sides.get(key)[model === modelA ? 'a' : 'b'].push(place);
  });
  const total = (places) => {
    const scored = places.filter((place) => OUTCOMES[report.get('outcome', place)].key !== 'error');
    return scored.length === 0 ? null : sum(scored.map((place) => report.get('score', place) ?? 0)) / scored.length;
  };
  const both = [...sides.values()].filter((one) => one.a.length > 0 && one.b.length > 0).map((one) => ({ ...one, left: total(one.a), right: total(one.b) }));
  return {
    rows: both.map((one) => ({ ...one, difference: one.left === null || one.right === null ? null : one.right - one.left })),
    unpaired: sides.size - both.length,
  };
}

function instances(report, a, b, game, state) {
  const { rows, unpaired } = pairs(report, a, b, game);
  if (rows.length === 0) return card('instances', 'Instances', null, el('p', { class: 'soft' }, 'There is no instance that both models played.'));
  let page = 0;
  const pages = el('div', { class: 'pages' });
  const pair = (row, place) => address('compare', { a, b, game, n: [report.id(row.a[place]), report.id(row.b[place])] });
  const side = (key, mean) => (row) => (row[key].length === 1
    ? [outcome(report.get('outcome', row[key][0])), ' ', el('span', { class: 'soft' }, score(report.get('score', row[key][0])))]
    : [score(row[mean]), ' ', el('span', { class: 'soft' }, `mean of ${row[key].length}`)]);
  const repeats = (row) => Array.from({ length: Math.min(row.a.length, row.b.length) }, (_, place) => place).slice(1)
    .map((place) => [' · ', el('a', { href: pair(row, place) }, `repetition ${report.get('repeat', row.a[place])}`)]);
  const { table, draw } = sortedTable({
    columns: [
      { key: 'instance', label: 'Instance', head: true, value: (row) => report.instance(row.a[0]), cell: (row) => [el('a', { href: pair(row, 0) }, named(report.instance(row.a[0]))), repeats(row)] },
      { key: 'game', label: 'Game', wide: true, value: (row) => report.game(row.a[0]), cell: (row) => named(report.game(row.a[0])) },
      { key: 'a', label: named(a), name: visible(a), value: (row) => row.left, cell: side('a', 'left') },
      { key: 'b', label: named(b), name: visible(b), value: (row) => row.right, cell: side('b', 'right') },
      { key: 'difference', label: 'Difference', number: true, value: (row) => row.difference, cell: (row) => (row.difference === null ? el('span', { class: 'soft' }, 'error') : signed(row.difference)) },
    ],
    rows, sort: state.compareSort ?? { key: 'difference', direction: 'descending' },
    onsort: (now) => { state.compareSort = now; page = 0; },
    shown: (ordered) => {
      const last = Math.ceil(ordered.length / PAGE) - 1;
      pages.replaceChildren(...(last < 1 ? [] : [
        el('button', { type: 'button', disabled: page === 0, onclick: () => { page--; draw(); } }, 'Previous'),
        el('span', null, `${count(page * PAGE + 1)} to ${count(Math.min(ordered.length, (page + 1) * PAGE))} of ${count(ordered.length)}`),
        el('button', { type: 'button', disabled: page === last, onclick: () => { page++; draw(); } }, 'Next')]));
      return ordered.slice(page * PAGE, (page + 1) * PAGE);
    },
    row: (one, _, cells) => el('tr', { class: 'opens', onclick: (event) => { if (!event.target.closest('a')) location.hash = pair(one, 0); } }, cells()),
  });
  const better = rows.filter((row) => row.difference > 0).length;
  const worse = rows.filter((row) => row.difference < 0).length;
  const failed = rows.filter((row) => row.difference === null).length;
  const about = [
    `${visible(b)} is better on ${count(better)}, ${visible(a)} on ${count(worse)}; on ${count(rows.length - better - worse - failed)} both have the same score.`,
    failed > 0 && `On ${count(failed)} more, one of them ended in an error, so that there is no difference.`,
    unpaired > 0 && `${plural(unpaired, 'instance')} only one of them has.`,
    'Open one to read both dialogues.'].filter(Boolean).join(' ');
  const section = card('instances', 'Instance by instance', about, scrolled('Instances', table), pages);
  section.classList.add('long');
  return section;
}

function sideBySide(report, pair, { a, b, game }) {
  const columns = pair.map((place) => {
    const body = el('div');
    if (report.detail !== 'summary') fillTranscript(report, place, body);
    return el('div', { class: 'column' }, el('h2', null, el('a', { href: address('episode', { n: report.id(place) }) }, named(report.model(place)))), episodeFacts(report, place), body);
  });
  return el('div', null,
    el('p', { class: 'lead' }, el('a', { href: address('compare', { a, b, game }) }, 'All instances'), ' · ', named(report.game(pair[0])), ' · ', named(report.instance(pair[0]))),
    el('div', { class: 'versus' }, columns));
}
