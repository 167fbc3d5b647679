// The plot of Played against Quality, and what charts have in common. Charts are drawn for the width that they have, so that
// text keeps its size; marks are links, which the keyboard reaches; and what a mark stands for is said beside it.

function chart(draw, label) {
  const frame = el('div', { class: 'chart' });
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now > 0 && now !== width) {
      width = now;
      frame.replaceChildren(draw(width));
    }
  }).observe(frame);
  if (label) frame.setAttribute('aria-label', label);
  return frame;
}

function setUpTips() {
  const tip = document.getElementById('tip');
  const show = (target, x, y) => {
    const [title, ...lines] = target.dataset.tip.split('\n');
    tip.replaceChildren(el('strong', null, title), ...lines.map((line) => el('div', null, line)));
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.setProperty('left', `${Math.max(8, Math.min(x + 14, innerWidth - box.width - 8))}px`);
    tip.style.setProperty('top', `${y + box.height + 24 > innerHeight ? Math.max(8, y - box.height - 12) : y + 16}px`);
  };
  const hide = () => { tip.hidden = true; };
  document.addEventListener('pointermove', (event) => {
    const target = event.target.closest?.('[data-tip]');
    if (target) show(target, event.clientX, event.clientY);
    else hide();
  });
  document.addEventListener('focusin', (event) => {
    const target = event.target.closest?.('[data-tip]');
    if (!target || !target.matches(':focus-visible')) return hide();
    const box = target.getBoundingClientRect();
    show(target, box.left + box.width / 2, box.bottom);
  });
  document.addEventListener('focusout', hide);
  document.addEventListener('scroll', hide, { passive: true, capture: true });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
}

function scatter(report, game) {
  const points = report.models.map((model) => report.row(model, game))
    .filter((row) => row && row.played !== null && row.quality !== null);
  const drawn = new Set(points.map((row) => row.model));
  const missing = report.models.filter((model) => !drawn.has(model) && report.outcomesOf(model, game));
  const note = missing.length > 0 && el('p', { class: 'small soft' }, 'Without a point, because they have no quality: ', missing.slice(0, 20).map((model, place) => [place > 0 && ', ', named(model)]), missing.length > 20 && ', …');
  return [chart((width) => {
    const height = Math.round(Math.min(430, Math.max(300, width * 0.72)));
    const [left, right, top, bottom] = [44, 14, 12, 40];
    const x = (value) => left + (value / 100) * (width - left - right);
    const y = (value) => height - bottom - (value / 100) * (height - top - bottom);
    const ticks = [0, 25, 50, 75, 100];
    const root = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'Played against Quality, one point for each model' });
    root.append(svg('g', { class: 'axis', 'aria-hidden': 'true' },
      ticks.map((tick) => [
        svg('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: y(0), y2: y(100) }),
        svg('line', { class: 'grid', x1: x(0), x2: x(100), y1: y(tick), y2: y(tick) }),
        svg('text', { x: x(tick), y: y(0) + 16, 'text-anchor': 'middle' }, tick),
        svg('text', { x: x(0) - 8, y: y(tick) + 4, 'text-anchor': 'end' }, tick)]),
      svg('text', { x: x(50), y: height - 4, 'text-anchor': 'middle' }, 'Played, % of episodes'),
      svg('text', { x: 12, y: y(50), 'text-anchor': 'middle', transform: `rotate(-90 12 ${y(50)})` }, 'Quality')));
    // Along such a line the clemscore is the same.
    root.append(svg('g', { class: 'iso', 'aria-hidden': 'true' }, [20, 40, 60, 80].map((level) => {
      const path = [];
      for (let played = level; played <= 100; played += 2) path.push(`${path.length ? 'L' : 'M'}${x(played).toFixed(1)} ${y((level * 100) / played).toFixed(1)}`);
      return [svg('path', { d: path.join('') }), svg('text', { x: x(100) - 3, y: y(level) - 4, 'text-anchor': 'end' }, level)];
    })));
    const labels = [];
    for (const row of points) {
      const [px, py] = [x(row.played), y(row.quality)];
      const label = labelPlace(labels, visible(row.model), px, py, width, points.map((one) => [x(one.played), y(one.quality)]));
      root.append(svg('a', {
        class: 'point', href: address('episodes', { model: row.model, game: game === 'all' ? '' : game }),
        'aria-label': `${visible(row.model)}: played ${score(row.played)}, quality ${score(row.quality)}, clemscore ${score(row.clemscore)}`,
        tip: `${row.model}\nClemscore ${score(row.clemscore)}${bracketed(row.clemscoreLow, row.clemscoreHigh)}\nPlayed ${score(row.played)}${bracketed(row.playedLow, row.playedHigh)}\nQuality ${score(row.quality)}${bracketed(row.qualityLow, row.qualityHigh)}\n${plural(row.episodes, 'episode')}`,
      },
      row.playedLow !== null && svg('line', { class: 'whisker', x1: x(row.playedLow), x2: x(row.playedHigh), y1: py, y2: py }),
      row.qualityLow !== null && svg('line', { class: 'whisker', x1: px, x2: px, y1: y(row.qualityLow), y2: y(row.qualityHigh) }),
      svg('circle', { cx: px, cy: py, r: 6 }),
      label && svg('text', { x: label.x, y: label.y, 'text-anchor': label.anchor }, label.text)));
    }
    return root;
  }), note || ''];
}

function bracketed(low, high) {
  const text = interval(low, high);
  return text && ` (95 %: ${text})`;
}

// A place beside its point where a name lies on no other name and no other point; none, where there is none.
function labelPlace(taken, name, px, py, width, points) {
  const text = name.length > 26 ? `${name.slice(0, 25)}…` : name;
  const size = text.length * 6.6;
  for (const [dx, dy, anchor] of [[10, 4, 'start'], [-10, 4, 'end'], [8, -10, 'start'], [8, 18, 'start'], [-8, -10, 'end'], [-8, 18, 'end'], [0, -14, 'middle'], [0, 24, 'middle']]) {
    const from = px + dx - (anchor === 'end' ? size : anchor === 'middle' ? size / 2 : 0);
    const box = { left: from, right: from + size, top: py + dy - 12, bottom: py + dy + 3 };
    const free = box.left > 46 && box.right < width - 2
      && !taken.some((one) => one.left < box.right && one.right > box.left && one.top < box.bottom && one.bottom > box.top)
      && !points.some(([qx, qy]) => (qx !== px || qy !== py) && qx > box.left - 6 && qx < box.right + 6 && qy > box.top - 6 && qy < box.bottom + 6);
    if (free) {
      taken.push(box);
      return { x: px + dx, y: py + dy, anchor, text };
    }
  }
  return null;
}

// A bar from 0 to 100 with its interval.
function meter(value, low, high, slim) {
  if (value === null || value === undefined) return null;
  const part = (number) => `${Math.max(0, Math.min(100, number))}%`;
  return el('div', { class: slim ? 'meter slim' : 'meter', 'aria-hidden': 'true' },
    el('div', { class: 'fill', style: { width: part(value) } }),
    low !== null && low !== undefined && el('div', { class: 'range', style: { left: part(low), width: part(Math.max(0.4, high - low)) } }));
}

function shares(numbers, total) {
  return el('div', { class: 'shares', 'aria-hidden': 'true' },
    OUTCOMES.map((one, place) => numbers[place] > 0 && el('span', { class: one.key, style: { width: `${(100 * numbers[place]) / total}%` } })));
}
