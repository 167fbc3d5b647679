// Views by address, the theme, and the beginning.

const VIEWS = {
  overview: ['Overview', overviewView],
  episodes: ['Episodes', episodesView],
  compare: ['Compare', compareView],
  episode: [null, episodeView],
};

const main = document.getElementById('main');
const state = {};
let report = null;
let drawn = false;

function render(keepFocus) {
  const { view, query } = readRoute();
  const name = view in VIEWS ? view : 'overview';
  const focused = keepFocus ? focusMark() : null;
  const content = VIEWS[name][1](report, query, state);
  main.replaceChildren(content);
  document.title = name === 'overview' ? visible(report.title) : `${VIEWS[name][0] ?? 'Episode'} · ${visible(report.title)}`;
  for (const link of document.querySelectorAll('#views a')) {
    if (link.hash === `#${name === 'episode' ? 'episodes' : name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (name === 'episodes') state.filters = Object.fromEntries([...query.keys()].map((key) => [key, query.getAll(key)]));
  if (focused) focusAgain(focused);
  else if (!keepFocus && drawn) {
    main.querySelector('h1')?.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: 'instant' });
  }
  drawn = true;
}

// What has the focus, in words that still mean it when the view has been drawn anew.
function focusMark() {
  const element = document.activeElement;
  if (!main.contains(element)) return null;
  const alike = [...main.querySelectorAll(element.tagName)];
  return { tag: element.tagName, href: element.getAttribute('href'), place: alike.indexOf(element) };
}

function focusAgain({ tag, href, place }) {
  const alike = [...main.querySelectorAll(tag)];
  (alike.find((one) => href && one.getAttribute('href') === href) ?? alike[place])?.focus({ preventScroll: true });
}

function setUpTheme() {
  const button = document.getElementById('theme');
  const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const label = () => { button.textContent = isDark() ? 'Light' : 'Dark'; };
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    label();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', label);
  label();
}

const EVERY = 2000;

// While a run goes on: what is new is asked for, and drawn where nobody reads a dialogue.
async function follow(source) {
  const badge = document.getElementById('live');
  badge.hidden = false;
  badge.textContent = 'Live';
  for (;;) {
    await new Promise((done) => setTimeout(done, EVERY));
    try {
      const overview = await source.overview();
      badge.textContent = 'Live';
      if (!overview) continue;
      report = new Report(overview, source);
      const { view, query } = readRoute();
      if (view === 'overview' || view === 'episodes' || (view === 'compare' && !query.has('n'))) render(true);
    } catch {
      badge.textContent = 'The run’s server has ended';
    }
  }
}

async function start() {
  setUpTheme();
  setUpTips();
  const source = document.getElementById('overview-data') ? new CarriedData() : new ServedData();
  document.getElementById('views').append(...Object.entries(VIEWS).filter(([, [label]]) => label).map(([name, [label]]) => el('a', { href: `#${name}` }, label)));
  document.getElementById('skip').addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  try {
    report = new Report(await source.overview(), source);
  } catch (error) {
    document.getElementById('loading').textContent = `This report cannot be read: ${error.message} It needs a browser of 2024 or later.`;
    throw error;
  }
  addEventListener('hashchange', () => render(false));
  render(false);
  performance.mark('interactive');
  document.documentElement.dataset.ready = 'yes';
  if (source.live) follow(source);
}

start();
