// Addresses: everything that can be seen has one, so that it can be gone back to, and sent to somebody: #episodes?game=taboo

function readRoute() {
  const [view, query] = location.hash.replace(/^#/, '').split('?');
  return { view: view || 'overview', query: new URLSearchParams(query ?? '') };
}

function address(view, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') query.append(name, one);
    }
  }
  const text = query.toString();
  return `#${view}${text ? `?${text}` : ''}`;
}

function go(view, parameters) {
  location.hash = address(view, parameters);
}

// A change of filters is no step of its own to go back over.
function amend(view, parameters) {
  history.replaceState(null, '', address(view, parameters));
}
