// Why episodes were aborted or failed, by game and model.

const MOST_COLUMNS = 10;
const FIRST_REASONS = 3;

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
  const order = [...groups].map(([game, reasons]) => {
    const counted = [...reasons].map(([reason, byModel]) => ({ reason, byModel, number: sum([...byModel.values()]) }));
    return { game: report.games[game], reasons: counted.sort((a, b) => b.number - a.number), number: sum(counted.map((one) => one.number)) };
  }).sort((a, b) => b.number - a.number);
  const most = Math.max(...order.map((group) => group.reasons[0].number));
  const body = order.map(({ game, reasons, number: all }) => {
    const rows = reasons.map(({ reason, byModel, number }, place) => {
      const text = report.reasons[reason];
      const example = report.examples?.[reason];
      return el('tr', { hidden: place >= FIRST_REASONS },
        el('th', { scope: 'row' }, named(text), example && example !== text && el('span', { class: 'example small soft' }, 'such as: ', named(example))),
        el('td', { class: 'number amount' }, link(number, { game, reason: text }, `${visible(game)}, ${visible(text)}`), meter((100 * number) / most, null, null, true)),
        models.map((model) => el('td', { class: 'number' }, link(byModel.get(model), { game, reason: text, model: report.models[model] }, `${visible(report.models[model])}, ${visible(game)}, ${visible(text)}`))));
    });
    const rest = rows.length - FIRST_REASONS;
    const more = el('button', { type: 'button', class: 'plain', 'aria-expanded': 'false', onclick: () => {
      rows.forEach((row) => { row.hidden = false; });
      rows[FIRST_REASONS].querySelector('a').focus();
      last.remove();
    } }, `${plural(rest, 'more reason')} …`);
    const last = el('tr', null, el('td', { colspan: models.length + 2 }, more));
    return el('tbody', null,
      el('tr', { class: 'group' }, el('th', { scope: 'rowgroup' }, named(game)), el('td', { class: 'number' }, count(all)), models.length > 0 && el('td', { colspan: models.length })),
      rows, rest > 0 && last);
  });
  const table = el('table', { class: 'failures' },
    el('thead', null, el('tr', null, el('th', { scope: 'col' }, 'Reason'), el('th', { scope: 'col', class: 'number' }, 'All'),
      models.map((model) => el('th', { scope: 'col', class: models.length > 3 ? 'upright' : 'number' }, named(report.models[model]))))),
    body);
  const section = card('failures', 'Failures', `${plural(total, 'episode was', 'episodes were')} aborted or failed. The reason is what the game master noted last; what differs between episodes (…) is left out, and one is shown as an example.`, scrolled('Reasons by game and model', table));
  section.classList.add('long');
  return section;
}
