// Why episodes were aborted or failed, by game and model.

const MOST_COLUMNS = 10;

function failures(report) {
  const groups = new Map();
  let total = 0;
  report.each((place) => {
    const reason = report.get('reason', place);
    if (reason < 0) return;
    total++;
    const game = report.get('game', place);
    if (!groups.has(game)) groups.set(game, new Map());
    const reasons = groups.get(game);
    if (!reasons.has(reason)) reasons.set(reason, new Map());
    const models = reasons.get(reason);
    const model = report.get('model', place);
    models.set(model, (models.get(model) ?? 0) + 1);
  });
  if (total === 0) {
    return card('failures', 'Failures', null, el('p', { class: 'soft' }, 'No episode was aborted, and none failed.'));
  }

  const models = report.modelOrder.length <= MOST_COLUMNS ? report.modelOrder : [];
  const link = (number, parameters, label) => number
    ? el('a', { href: address('episodes', parameters), 'aria-label': `${plural(number, 'episode')}: ${label}` }, count(number))
    : el('span', { class: 'soft' }, '0');
  const body = report.gameOrder.filter((game) => groups.has(game)).map((game) => {
    const reasons = [...groups.get(game)].map(([reason, byModel]) => ({ reason, byModel, number: sum([...byModel.values()]) }))
      .sort((a, b) => b.number - a.number);
    const name = report.games[game];
    return el('tbody', null,
      el('tr', { class: 'group' }, el('th', { scope: 'rowgroup', colspan: models.length + 2 }, named(name), el('span', { class: 'soft' }, ` ${count(sum(reasons.map((one) => one.number)))}`))),
      reasons.map(({ reason, byModel, number }) => {
        const text = report.reasons[reason];
        return el('tr', null,
          el('th', { scope: 'row' }, named(text), meter((100 * number) / total, null, null, true)),
          el('td', { class: 'number' }, link(number, { game: name, reason: text }, `${visible(name)}, ${visible(text)}`)),
          models.map((model) => el('td', { class: 'number' }, link(byModel.get(model), { game: name, reason: text, model: report.models[model] }, `${visible(report.models[model])}, ${visible(name)}, ${visible(text)}`))));
      }));
  });
  const table = el('table', { class: 'failures' },
    el('thead', null, el('tr', null, el('th', { scope: 'col' }, 'Reason'), el('th', { scope: 'col', class: 'number' }, 'All'),
      models.map((model) => el('th', { scope: 'col', class: 'number' }, named(report.models[model]))))),
    body);
  const section = card('failures', 'Failures', `${plural(total, 'episode was', 'episodes were')} aborted or failed. The reason is what the game master noted last; what differs between answers is left out.`, scrolled('Reasons by game and model', table));
  section.classList.add('long');
  return section;
}
