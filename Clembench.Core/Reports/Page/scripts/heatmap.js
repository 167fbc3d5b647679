// Model × game: a table, whose cells are coloured by their number and open the episodes behind it.

const MEASURES = [['clemscore', 'Clemscore'], ['quality', 'Quality'], ['played', 'Played']];

function heatmap(report) {
  const holder = el('div');
  const draw = (measure) => {
    const upright = report.games.length > 4;
    const head = el('tr', null, el('td'), report.gameOrder.map((game) =>
      el('th', { scope: 'col', class: upright ? 'upright' : null }, named(report.games[game]))));
    const rows = report.modelOrder.map((model) => el('tr', null,
      el('th', { scope: 'row' }, named(report.models[model])),
      report.gameOrder.map((game) => heatCell(report, report.models[model], report.games[game], measure))));
    holder.replaceChildren(scrolled('Models by games', el('table', { class: 'heat' }, el('thead', null, head), el('tbody', null, rows))));
  };
  draw('clemscore');
  const section = card('heatmap', 'Models by games', 'Where a model is strong, and where it is not. A cell opens its episodes; where none was played, it has a sign in place of a number.', holder);
  section.querySelector('header').append(el('div', { class: 'choice' }, choice('Show', MEASURES, 'clemscore', draw)));
  return section;
}

function heatCell(report, model, game, measure) {
  const row = report.row(model, game);
  const numbers = report.outcomesOf(model, game);
  if (!numbers) return el('td', null, el('span', null, NONE));
  const none = unplayed(row, numbers);
  if (!row || row[measure] === null) {
    return el('td', null, el('a', { class: 'none', href: address('episodes', { model, game }), 'aria-label': `${visible(model)}, ${visible(game)}: ${none}`, tip: `${model} · ${game}\n${none}` }, OUTCOMES[numbers[2] > 0 ? 2 : 3].sign));
  }
  const value = row[measure];
  const label = MEASURES.find(([key]) => key === measure)[1];
  return el('td', null, el('a', {
    href: address('episodes', { model, game }),
    'aria-label': `${visible(model)}, ${visible(game)}: ${label} ${score(value, 0)}`,
    tip: `${model} · ${game}\n${MEASURES.map(([key, name]) => `${name} ${score(row[key])}${bracketed(row[`${key}Low`], row[`${key}High`])}`).join('\n')}\n${plural(row.episodes, 'episode')}`,
    style: { 'background-color': `color-mix(in oklab, var(--heat-1) ${Math.round(value)}%, var(--heat-0))` },
  }, score(value, 0)));
}
