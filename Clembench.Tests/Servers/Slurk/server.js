// A small slurk server for tests: its HTTP API for layouts, rooms, permissions, tokens and users, and its socket.io events.
// It checks what it is sent against slurk's schemas, and plays the person as the command lines on its standard input say:
//
//   {"do": "join"}                          the person enters the room that was made last
//   {"do": "say", "text": "…"}              the person writes
//   {"do": "answers", "texts": ["…"]}       the person answers each text of the bot with the next of these, the last for ever
//   {"do": "echo"}                          the person repeats each text of the bot
//   {"do": "autojoin"}                      the person enters every room as soon as the bot is there
//   {"do": "revoke"}                        nobody may write any more
//   {"do": "drop"}                          every connection is cut
//
// Each line of its standard output is one JSON object: {"listening": port}, {"request": …}, {"event": …}, {"violation": "…"}.
'use strict';

const http = require('http');
const readline = require('readline');
const crypto = require('crypto');
const { Server } = require('socket.io');

const apiToken = process.argv[2];
const tell = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const violation = (text) => tell({ violation: text });

const things = { layouts: new Map(), rooms: new Map(), permissions: new Map(), tokens: new Map(), users: new Map() };
let last = 0;
let lastRoom;
let answers;
let autojoin = false;
const person = { name: 'Player' };

// Which members each kind of thing has, and of what type; those with a star are required.
const isId = (kind) => (value) => things[kind].has(value);
const is = (type) => (value) => typeof value === type;
const isList = Array.isArray;
const isMap = (value) => value !== null && typeof value === 'object' && !isList(value);
const plugins = ['incoming-text', 'incoming-image', 'submit-message', 'print-history', 'typing-users', 'document-ready', 'plain'];
const forms = {
  layouts: {
    '*title': is('string'), subtitle: is('string'), html: isList, show_users: is('boolean'), show_latency: is('boolean'), read_only: is('boolean'),
    css: (value) => isMap(value) && Object.values(value).every(isMap),
    scripts: (value) => isMap(value) && Object.entries(value).every(([name, source]) =>
      plugins.includes(name) && (typeof source === 'string' || isList(source))),
  },
  rooms: { '*layout_id': isId('layouts'), read_only: is('boolean') },
  permissions: Object.fromEntries(['api', 'send_message', 'send_html_message', 'send_image', 'send_command', 'send_privately',
    'receive_bounding_box', 'broadcast'].map((name) => [name, is('boolean')])),
  tokens: { '*permissions_id': isId('permissions'), registrations_left: Number.isInteger, room_id: isId('rooms'), task_id: Number.isInteger },
  users: { '*name': is('string'), '*token_id': isId('tokens') },
};

function complaints(kind, thing) {
  const form = forms[kind];
  if (!isMap(thing)) return ['not an object'];
  const wrong = Object.keys(form).filter((name) => name[0] === '*' && !(name.slice(1) in thing)).map((name) => `${name.slice(1)} is missing`);
  for (const [name, value] of Object.entries(thing)) {
    const check = form[name] || form['*' + name];
    if (!check) wrong.push(`${name} is unknown`);
    else if (!check(value)) wrong.push(`${name} is not valid`);
  }
  return wrong;
}

function create(kind, thing) {
  const id = kind === 'tokens' ? crypto.randomUUID() : ++last;
  things[kind].set(id, { ...thing, id });
  if (kind === 'rooms') lastRoom = id;
  if (kind === 'users') things.tokens.get(thing.token_id).registrations_left--;
  return { ...thing, id };
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    tell({ request: { method: request.method, path: request.url, authorization: request.headers.authorization, body } });
    const answer = (status, value) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const kind = /^\/slurk\/api\/([a-z]+)$/.exec(request.url)?.[1];
    if (request.method !== 'POST' || !(kind in forms)) return answer(404, { code: 404, status: 'Not Found', message: 'The requested URL was not found' });
    if (request.headers.authorization !== `Bearer ${apiToken}`) return answer(401, { code: 401, status: 'Unauthorized', message: 'The token is not valid' });
    if (request.headers['content-type'] !== 'application/json') return answer(415, { code: 415, status: 'Unsupported Media Type' });
    let thing;
    try { thing = JSON.parse(body); } catch { return answer(400, { code: 400, status: 'Bad Request', message: 'No JSON' }); }
    const wrong = complaints(kind, thing);
    if (wrong.length) {
      violation(`${kind}: ${wrong.join(', ')}`);
      return answer(422, { code: 422, status: 'Unprocessable Entity', errors: { json: wrong } });
    }
    answer(201, create(kind, thing));
  });
});

const io = new Server(server, { pingInterval: 5000 });
io.use((socket, next) => {
  const token = (socket.handshake.headers.authorization || '').replace(/^bearer\s+/i, '');
  const user = [...things.users.values()].find((one) => one.token_id === token && String(one.id) === socket.handshake.headers.user);
  if (!user) return next(new Error('unauthorized'));
  socket.data.user = { id: user.id, name: user.name };
  socket.data.permissions = things.permissions.get(things.tokens.get(token).permissions_id);
  socket.data.room = things.tokens.get(token).room_id;
  next();
});

const now = () => new Date().toISOString();
const status = (type, user, room) => io.to(String(room)).emit('status', { type, user, room, timestamp: now() });
const say = (message, room = lastRoom) => io.to(String(room)).emit(
  'text_message', { user: { id: 999, name: person.name }, room, timestamp: now(), private: false, message, html: false });

io.on('connection', (socket) => {
  const { user, permissions, room } = socket.data;
  socket.join(String(room));
  tell({ event: { name: 'connection', user, room } });
  socket.emit('joined_room', { room, user: user.id }, () => {
    status('join', user, room);
    if (autojoin) status('join', { id: 999, name: person.name }, room);
  });

  const on = (name, right, member, reply) => socket.on(name, (payload, acknowledge) => {
    tell({ event: { name, payload } });
    const allowed = permissions[right] === true;
    if (!allowed || !(member in payload) || payload.room !== room) {
      if (payload.room !== room || !(member in payload)) violation(`${name}: ${JSON.stringify(payload)}`);
      if (acknowledge) acknowledge(false, allowed ? `missing argument: "${member}"` : 'insufficient rights');
      return;
    }
    reply(payload);
    if (acknowledge) acknowledge(true);
  });
  on('text', 'send_message', 'message', (payload) => {
    // As slurk does: everybody in the room hears it, the sender too.
    io.to(String(room)).emit('text_message', { user, room, timestamp: now(), private: false, message: payload.message, html: false });
    if (!answers) return;
    const text = answers === 'echo' ? payload.message : answers.length > 1 ? answers.shift() : answers[0];
    setTimeout(() => say(text, room), 20);
  });
  on('image', 'send_image', 'url', (payload) => io.to(String(room)).emit('image_message', { user, room, timestamp: now(), ...payload }));
  on('message_command', 'send_command', 'command', () => {});
});

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line);
  switch (command.do) {
    case 'join': status('join', { id: 999, name: person.name }, lastRoom); break;
    case 'say': say(command.text); break;
    case 'answers': answers = command.texts; break;
    case 'echo': answers = 'echo'; break;
    case 'autojoin': autojoin = true; break;
    case 'drop': for (const socket of io.sockets.sockets.values()) socket.conn.close(); break;
    case 'revoke': for (const permissions of things.permissions.values()) permissions.send_message = false; break;
    default: violation(`unknown command ${line}`);
  }
}).on('close', () => process.exit(0));

server.listen(0, '127.0.0.1', () => tell({ listening: server.address().port }));
