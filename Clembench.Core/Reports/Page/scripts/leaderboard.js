// The leaderboard: clemscore, Played and Quality of each model over all games, with intervals.

function leaderboard(report) {
  const outcomes = new Map(report.totals.map((row) => [row.model, report.outcomesOf(row.model)]));
  const rank = new Map(report.totals.filter((row) => row.clemscore !== null).map((row, place) => [row, place + 1]));
  const measured = (row, name) => [
    row[name] === null && name === 'clemscore' ? el('span', { class: 'tag bad' }, unplayed(row, outcomes.get(row.model))) : [el('span', null, score(row[name], 2)), name === 'clemscore' && row.lacks && el('span', null, ' *')],
    report.intervals && row[name] !== null && row[`${name}Low`] === null
      ? el('span', { class: 'alike', tip: `${row.model}\nNo interval: all instances have the same score,\nand drawing them anew gives it again.` }, 'no interval')
      : el('span', { class: 'interval' }, interval(row[`${name}Low`], row[`${name}High`])),
    meter(row[name], row[`${name}Low`], row[`${name}High`])];
  const { table } = sortedTable({
    columns: [
      { key: 'rank', label: '#', number: true, first: 'ascending', value: (row) => rank.get(row), cell: (row) => rank.get(row) ?? NONE },
      { key: 'model', label: 'Model', head: true, value: (row) => row.model, cell: (row) => [el('a', { href: address('episodes', { model: row.model }) }, named(row.model)), errorsOf(row, outcomes.get(row.model)), lacksOf(row)] },
      { key: 'clemscore', label: 'Clemscore', class: 'measure', first: 'descending', value: (row) => row.clemscore, cell: (row) => measured(row, 'clemscore') },
      { key: 'played', label: 'Played', class: 'measure', first: 'descending', wide: true, value: (row) => row.played, cell: (row) => measured(row, 'played') },
      { key: 'quality', label: 'Quality', class: 'measure', first: 'descending', wide: true, value: (row) => row.quality, cell: (row) => measured(row, 'quality') },
      { key: 'success', label: 'Outcomes', wide: true, first: 'descending', value: (row) => outcomes.get(row.model)[0] / sum(outcomes.get(row.model)), cell: (row) => outcomeShares(row.model, outcomes.get(row.model)) },
      { key: 'episodes', label: 'Episodes', number: true, wide: true, value: (row) => row.episodes, cell: (row) => count(row.episodes) },
    ],
    rows: report.totals,
    sort: { key: 'rank', direction: 'ascending' },
    row: (one, _, cells) => el('tr', null, cells()),
  });
  return card('leaderboard', 'Leaderboard', `Over ${report.games.length === 1 ? 'one game' : `${report.games.length} games`}, with intervals of 95 %. Clemscore is Played ÷ 100 × Quality; an episode that an answer of the wrong form ended is not played.`,
    scrolled('Leaderboard', table),
    el('p', { class: 'key wide' }, OUTCOMES.map((_, place) => outcome(place))),
    report.totals.some((row) => row.lacks && row.clemscore !== null) && el('p', { class: 'small soft' }, '* The score leaves out games that the model did not play, or whose episodes were all aborted; its place in the list does not.'));
}

// The games that a score leaves out, so that nobody takes it for one of all.
function lacksOf(row) {
  if (!row.lacks || row.clemscore === null) return null;
  const parts = row.lacks.split('; ');
  const most = 2;
  const text = parts.length > most ? `${parts.slice(0, most).join('; ')}; ${count(parts.length - most)} more` : row.lacks;
  return el('span', { class: 'lacks small', tip: `${row.model}\n${parts.join('\n')}` }, '* ', named(text));
}

// Errors say nothing of how good a model is, so no score counts them; whoever reads a score should know of them.
function errorsOf(row, numbers) {
  return row.clemscore !== null && numbers[3] > 0 && el('a', { class: 'errors small', href: address('episodes', { model: row.model, outcome: 'error' }) },
    `${count(numbers[3])} of ${count(sum(numbers))} failed, not scored`);
}

function outcomeShares(model, numbers) {
  const total = sum(numbers);
  const text = OUTCOMES.map((one, place) => numbers[place] > 0 && `${one.label} ${count(numbers[place])}`).filter(Boolean);
  return [
    el('span', { class: 'quiet-voice' }, text.join(', ')),
    el('div', { tip: `${model}\n${text.join('\n')}` }, shares(numbers, total), el('span', { class: 'small soft nowrap', 'aria-hidden': 'true' }, `${Math.round((100 * numbers[0]) / total)} % success`))];
}

// Why a model has no clemscore; null for one that has.
function unplayed(row, numbers) {
  if (row && row.quality !== null) return null;
  const [success, lose, aborted, error] = numbers;
  const rest = [aborted > 0 && `${count(aborted)} aborted`, error > 0 && plural(error, 'error')].filter(Boolean).join(', ');
  return success + lose > 0 ? 'no episode has a main score' : `no episode played: ${rest}`;
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}
