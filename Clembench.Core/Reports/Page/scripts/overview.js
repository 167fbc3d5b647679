// The first page: all that can be said of the episodes together.

// From so many games on the heat map takes the whole width.
const WIDE_HEAT = 6;

function overviewView(report) {
  const scattered = el('div');
  const draw = (game) => scattered.replaceChildren(...scatter(report, game));
  draw('all');
  const plot = card('scatter', 'Played against Quality', 'With intervals of 95 %. Along a dotted line the clemscore is the same.', scattered);
  if (report.games.length > 1) {
    plot.querySelector('header').append(el('div', { class: 'choice' },
      choice('Of', [['all', 'all games'], ...report.gameOrder.map((game) => [report.games[game], report.games[game]])], 'all', draw)));
  }
  const parts = report.totals.length > 0
    ? [leaderboard(report), ...(report.games.length >= WIDE_HEAT
      ? [heatmap(report), el('div', { class: 'pair' }, plot, answerTimes(report))]
      : [el('div', { class: 'pair' }, plot, heatmap(report)), answerTimes(report)])]
    : [card('leaderboard', 'Leaderboard', null, el('p', { class: 'soft' }, 'No episode has scores.')), answerTimes(report)];
  return el('div', null,
    el('h1', { tabindex: -1 }, visible(report.title)),
    el('p', { class: 'lead' }, `Made on ${report.created}.`),
    facts(report),
    report.notes.length > 0 && el('ul', { class: 'notes' }, report.notes.map((note) => el('li', null, note))),
    parts, resources(report), failures(report));
}

function facts(report) {
  const outcomes = [0, 0, 0, 0];
  let tokens = null;
  let cost = null;
  report.each((place) => {
    outcomes[report.get('outcome', place)]++;
    for (const column of ['promptTokens', 'completionTokens']) {
      const value = report.get(column, place);
      if (value !== null) tokens = (tokens ?? 0) + value;
    }
    const spent = report.get('cost', place);
    if (spent !== null) cost = (cost ?? 0) + spent;
  });
  const fact = (label, value) => el('div', null, el('dt', null, label), el('dd', null, value));
  return el('dl', { class: 'facts' },
    fact('models', count(report.models.length)), fact('games', count(report.games.length)),
    fact('episodes', el('a', { href: address('episodes') }, count(report.count))),
    OUTCOMES.map((one, place) => outcomes[place] > 0 && fact(one.label.toLowerCase(), el('a', { href: address('episodes', { outcome: one.key }) }, count(outcomes[place])))),
    tokens !== null && fact('tokens', short(tokens)), cost !== null && fact('cost', money(cost)));
}
