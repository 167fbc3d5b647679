// Elements. Whatever a model, a game or a file name says gets into the page as text alone: nothing here, or anywhere else,
// takes markup; and the page's policy would refuse it.

const SVG = 'http://www.w3.org/2000/svg';

function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    else if (name === 'tip') element.dataset.tip = visible(value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

// Characters that do something instead of showing something, or show nothing: those of VisibleText, which writes this class.
// They are shown by a picture or by their number.
const HIDDEN = /[{{hidden}}]/gu;

function visible(text) {
  return String(text).replace(/\r\n/g, '\n').replace(HIDDEN, (one) => {
    const code = one.codePointAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `⟦U+${code.toString(16).toUpperCase().padStart(4, '0')}⟧`;
  });
}

// A name that somebody chose: its direction stays its own affair, and it is broken where its words end.
function named(text) {
  const words = visible(text).split(/(?<=[_/])/);
  return el('bdi', null, words.length > 20 ? words.join('') : words.map((word, place) => [place > 0 && el('wbr'), word]));
}

const LONGEST = 20000;
const PIECE = 50000;

// A text of any length: what is very long is shown in part, and whole when asked for; then in pieces, of which the browser
// lays out those that are on the screen.
function longText(tag, attributes, text) {
  const body = el(tag, attributes);
  if (text.length <= LONGEST) {
    body.append(visible(text));
    return body;
  }
  body.append(visible(text.slice(0, LONGEST)), '…');
  const more = el('button', { type: 'button', class: 'more', onclick: () => {
    body.replaceChildren(...pieces(text).map((piece) => el('div', { class: 'piece' }, visible(piece))));
    more.remove();
  } }, `Show all ${count(text.length)} characters`);
  return [body, more];
}

// Cut where a line ends, if one does; else anywhere but within a pair of surrogates or a line break.
function pieces(text) {
  const found = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + PIECE);
    const line = text.lastIndexOf('\n', end - 1) + 1;
    if (end < text.length && line > start + PIECE / 2) end = line;
    else if (end < text.length && (/[\uD800-\uDBFF\r]/.test(text[end - 1]))) end++;
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

let saying;

// Says something to those who hear the page.
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => { document.getElementById('said').textContent = text; }, 150);
}

let fields = 0;

// A control and its label.
function field(label, control) {
  control.id = `field-${++fields}`;
  return el('div', { class: 'field' }, el('label', { for: control.id }, label), control);
}

function choice(label, options, value, onchange) {
  const select = el('select', { onchange: () => onchange(select.value) },
    options.map(([key, text]) => el('option', { value: key, selected: key === value }, visible(text))));
  return field(label, select);
}

function card(id, title, about, ...content) {
  return el('section', { class: 'card', id, 'aria-labelledby': `${id}-title` },
    el('header', null, el('h2', { id: `${id}-title` }, title), about && el('p', null, about)), content);
}

// A table that is wider than the screen is moved with the keyboard, too.
function scrolled(label, table) {
  return el('div', { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 }, table);
}

// A table whose columns sort: { key, label, value(row), cell(row), name (of a label that is no text), number, wide, first: 'ascending' }.
function sortedTable({ columns, rows, sort, shown, onsort, row }) {
  const body = el('tbody');
  const heads = columns.map((column) => {
    const head = el('th', { scope: 'col', class: classes(column) },
      column.value ? el('button', { type: 'button', class: 'sort', onclick: () => turn(column) }, column.label) : column.label);
    return head;
  });
  const table = el('table', null, el('thead', null, el('tr', null, heads)), body);

  function turn(column) {
    const first = column.first ?? (column.number ? 'descending' : 'ascending');
    const other = first === 'ascending' ? 'descending' : 'ascending';
    sort = { key: column.key, direction: sort?.key === column.key && sort.direction === first ? other : first };
    onsort?.(sort);
    draw();
    say(`Sorted by ${column.name ?? column.label}, ${sort.direction}.`);
  }

  function draw() {
    columns.forEach((column, place) => {
      if (sort?.key === column.key) heads[place].setAttribute('aria-sort', sort.direction);
      else heads[place].removeAttribute('aria-sort');
    });
    const column = columns.find((one) => one.key === sort?.key);
    const ordered = column ? ordered_(rows, column.value, sort.direction) : rows;
    body.replaceChildren(...(shown ? shown(ordered) : ordered).map((one, place) => row(one, place, (cells) =>
      columns.map((each) => each.head
        ? el('th', { scope: 'row', class: classes(each) }, each.cell(one, place))
        : el('td', { class: classes(each) }, each.cell(one, place))))));
  }

  draw();
  return { table, draw };
}

function classes(column) {
  return [column.number && 'number', column.wide && 'wide', column.class].filter(Boolean).join(' ') || null;
}

// By value; what has none comes last, whichever way.
function ordered_(rows, value, direction) {
  const sign = direction === 'descending' ? -1 : 1;
  const keyed = Array.from(rows, (row, place) => ({ row, place, key: value(row) }));
  keyed.sort((a, b) => {
    const missing = (a.key === null || a.key === undefined ? 1 : 0) - (b.key === null || b.key === undefined ? 1 : 0);
    if (missing) return missing;
    if (a.key === b.key || a.key === null || a.key === undefined) return a.place - b.place;
    return (a.key < b.key ? -1 : 1) * sign;
  });
  return keyed.map((one) => one.row);
}
