// What it took: answer times, tokens and cost.

function answerTimes(report) {
  const { models, binsPerDecade, firstDecade } = report.answers;
  const known = models.filter((one) => one.count > 0);
  if (known.length === 0) return card('times', 'Answer times', null, el('p', { class: 'soft' }, 'The records hold no times.'));
  const bins = known[0].bins.length;
  const used = Array.from({ length: bins }, (_, bin) => known.some((one) => one.bins[bin] > 0));
  const first = Math.floor(used.indexOf(true) / binsPerDecade) * binsPerDecade;
  const last = Math.ceil((used.lastIndexOf(true) + 1) / binsPerDecade) * binsPerDecade;
  const decades = Array.from({ length: (last - first) / binsPerDecade + 1 }, (_, place) => firstDecade + first / binsPerDecade + place);
  const x = (seconds, width) => (Math.max(0, Math.min(last - first, (Math.log10(Math.max(seconds, 1e-9)) - firstDecade) * binsPerDecade - first)) / (last - first)) * width;

  const strip = (one) => chart((width) => {
    const height = 38;
    const most = Math.max(...one.bins);
    const step = width / (last - first);
    const [p5, , median, , p95] = one.quantiles;
    return svg('svg', { width, height, 'aria-hidden': 'true' },
      decades.map((decade) => svg('line', { class: 'grid', x1: x(10 ** decade, width), x2: x(10 ** decade, width), y1: 0, y2: height })),
      one.bins.slice(first, last).map((number, place) => number > 0 && svg('rect', { class: 'bin', x: place * step + 0.5, width: Math.max(1, step - 1), y: (1 - number / most) * (height - 8), height: Math.max(1, (number / most) * (height - 8)) })),
      svg('line', { class: 'spread', x1: x(p5, width), x2: x(p95, width), y1: height - 4, y2: height - 4 }),
      svg('line', { class: 'median', x1: x(median, width), x2: x(median, width), y1: height - 9, y2: height }));
  });
  const axis = chart((width) => svg('svg', { width, height: 16, class: 'axis', 'aria-hidden': 'true' }, svg('g', { class: 'axis' },
    decades.filter((_, place) => width / decades.length > 48 || place === 0 || place === decades.length - 1).map((decade, place, shown) => svg('text', { x: x(10 ** decade, width), y: 12, 'text-anchor': place === 0 ? 'start' : place === shown.length - 1 ? 'end' : 'middle' },
      decade < 0 ? `${10 ** (decade + 3)} ms` : `${10 ** decade} s`)))));

  const rows = known.slice().sort((a, b) => a.quantiles[2] - b.quantiles[2]).map((one) => el('tr', { tip: `${one.model}\n${plural(one.count, 'answer')}\nHalf within ${time(one.quantiles[2])}\nHalf between ${time(one.quantiles[1])} and ${time(one.quantiles[3])}\n95 % within ${time(one.quantiles[4])}\nLongest ${time(one.quantiles[5])}` },
    el('th', { scope: 'row' }, named(one.model)), el('td', { class: 'strip' }, strip(one)),
    el('td', { class: 'number' }, time(one.quantiles[2])), el('td', { class: 'number' }, time(one.quantiles[4])), el('td', { class: 'number wide' }, count(one.count))));
  const table = el('table', { class: 'times' },
    el('thead', null, el('tr', null, el('th', { scope: 'col' }, 'Model'), el('td', null, axis), el('th', { scope: 'col', class: 'number' }, 'Median'), el('th', { scope: 'col', class: 'number' }, '95 %'), el('th', { scope: 'col', class: 'number wide' }, 'Answers'))),
    el('tbody', null, rows));
  return card('times', 'Answer times', 'From the game master’s message to the answer, with all that the call waited for. The scale is logarithmic.', scrolled('Answer times', table));
}

function resources(report) {
  const rows = report.modelOrder.map((model) => ({ model: report.models[model], episodes: 0, requests: 0, metric: 0, violated: 0, seconds: 0, prompt: null, completion: null, cost: null }));
  const byModel = new Map(report.modelOrder.map((model, place) => [model, rows[place]]));
  report.each((place) => {
    const row = byModel.get(report.get('model', place));
    row.episodes++;
    row.requests += report.get('requests', place);
    row.metric += report.requestMetric(place);
    row.violated += report.get('violated', place);
    row.seconds += report.get('seconds', place) ?? 0;
    for (const [key, column] of [['prompt', 'promptTokens'], ['completion', 'completionTokens'], ['cost', 'cost']]) {
      const value = report.get(column, place);
      if (value !== null) row[key] = (row[key] ?? 0) + value;
    }
  });
  const most = (key) => Math.max(1e-12, ...rows.map((row) => row[key] ?? 0));
  const bar = (row, key) => meter(row[key] === null ? null : (100 * row[key]) / most(key), null, null, true);
  const priced = rows.some((row) => row.cost !== null);
  const counted = rows.some((row) => row.prompt !== null);
  const differs = rows.some((row) => row.metric !== row.requests);
  const { table } = sortedTable({
    columns: [
      { key: 'model', label: 'Model', head: true, value: (row) => row.model, cell: (row) => named(row.model) },
      { key: 'requests', label: 'Requests', number: true, value: (row) => row.requests, cell: (row) => [short(row.requests), bar(row, 'requests')] },
      ...(differs ? [{ key: 'metric', label: 'Request Count', number: true, wide: true, value: (row) => row.metric, cell: (row) => short(row.metric) }] : []),
      { key: 'violated', label: 'Wrong form', number: true, wide: true, value: (row) => (row.metric ? row.violated / row.metric : null), cell: (row) => (row.metric ? `${((100 * row.violated) / row.metric).toFixed(1)} %` : NONE) },
      ...(counted ? [
        { key: 'prompt', label: 'Prompt tokens', number: true, value: (row) => row.prompt, cell: (row) => [short(row.prompt), bar(row, 'prompt')] },
        { key: 'completion', label: 'Generated tokens', number: true, value: (row) => row.completion, cell: (row) => [short(row.completion), bar(row, 'completion')] }] : []),
      ...(priced ? [
        { key: 'cost', label: 'Cost', number: true, value: (row) => row.cost, cell: (row) => [money(row.cost), bar(row, 'cost')] },
        { key: 'each', label: 'Cost per episode', number: true, wide: true, value: (row) => (row.cost === null ? null : row.cost / row.episodes), cell: (row) => money(row.cost === null ? null : row.cost / row.episodes) }] : []),
      { key: 'seconds', label: 'Time per episode', number: true, value: (row) => row.seconds / row.episodes, cell: (row) => time(row.seconds / row.episodes) },
    ],
    rows,
    sort: null,
    row: (one, _, cells) => el('tr', null, cells()),
  });
  const missing = [!counted && 'No backend told how many tokens there were.', !priced && 'No cost: the entries of these models have no prices.'].filter(Boolean).join(' ');
  const metric = differs && 'Requests are the answers that the dialogues have. Request Count is the games’ own metric of that name, which in some games counts something else; wrong form is a part of it.';
  return card('resources', 'Tokens and cost', [missing || 'In the currency of the entries’ prices.', metric].filter(Boolean).join(' '), scrolled('Tokens and cost', table));
}
