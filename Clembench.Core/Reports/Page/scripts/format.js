// Numbers and words as the page shows them.

const OUTCOMES = [
  { key: 'success', label: 'Success', sign: '✓' },
  { key: 'lose', label: 'Lose', sign: '✗' },
  { key: 'aborted', label: 'Aborted', sign: '⊘' },
  { key: 'error', label: 'Error', sign: '!' },
];

const NONE = '–';
const grouped = new Intl.NumberFormat('en-US');
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

function count(number) {
  return number === null || number === undefined ? NONE : grouped.format(number);
}

function short(number) {
  return number === null || number === undefined ? NONE : number < 10000 ? grouped.format(Math.round(number)) : compact.format(number);
}

function score(number, digits = 1) {
  return number === null || number === undefined ? NONE : number.toFixed(digits);
}

function money(number) {
  if (number === null || number === undefined) return NONE;
  return number === 0 ? '0' : number < 0.01 ? number.toPrecision(2) : number < 100 ? number.toFixed(number < 1 ? 3 : 2) : grouped.format(Math.round(number));
}

function time(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  if (seconds < 0.0005) return '< 1 ms';
  if (seconds < 1) return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function signed(number) {
  return number === null || number === undefined ? NONE : `${number > 0 ? '+' : number < 0 ? '−' : ''}${Math.abs(number).toFixed(1)}`;
}

function interval(low, high, digits = 1) {
  return low === null || low === undefined || high === null || high === undefined ? '' : `${score(low, digits)} to ${score(high, digits)}`;
}

function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

function outcome(place) {
  const one = OUTCOMES[place];
  return el('span', { class: `outcome ${one.key}` }, el('span', { 'aria-hidden': 'true' }, one.sign), one.label);
}
