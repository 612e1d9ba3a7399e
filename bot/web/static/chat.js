// The chat page: one message at a time, sent again with the same id when the network fails.
// What belongs to a tip or a mailbox stays on the screen only; the rest is kept for this tab in sessionStorage.
(() => {
  'use strict';
  const CODE = /^\d{4} \d{4} \d{4} \d{5}$/, TIMEOUT = 30000, PAUSES = [1000, 3000], KEPT = 60, PICTURES = 3;
  const UPLOAD = 300000, LARGEST = 10 * 1024 * 1024, FILES = 8;
  const $ = (id) => document.getElementById(id);
  const log = $('log'), text = $('text'), composer = $('composer');
  const say = JSON.parse(document.body.dataset.texts);
  const lang = document.documentElement.lang;
  const start = [...log.children].map((node) => node.cloneNode(true));
  let room = null, busy = false, failed = null, choices = [];
  const waiting = [];

  // --- what this tab keeps ---
  const random = (bytes) => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const memory = {};
  const keep = (key, value) => { memory[key] = value; try { sessionStorage.setItem(key, value); } catch { /* private mode */ } };
  const kept = (key) => { try { return sessionStorage.getItem(key) ?? memory[key]; } catch { return memory[key]; } };
  const user = () => { let id = kept('u'); if (!id) keep('u', id = random(16)); return id; };
  let told = [];
  try { told = JSON.parse(kept('t') || '[]'); } catch { told = []; }
  // Of earlier pictures only the words stay, so that they never fill what a tab may keep.
  const tell = (...items) => {
    told = [...told, ...items].slice(-KEPT);
    told.filter((item) => item.picture).slice(0, -PICTURES).forEach((item) => { item.picture = { alt: item.picture.alt }; });
    keep('t', JSON.stringify(told));
  };

  // --- what is on the screen ---
  const el = (tag, name, content) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (content) node.textContent = content;
    return node;
  };
  // A line of a list hangs, so that its second row stands under its words.
  const lines = (node, content) => content.split('\n').forEach((line) => {
    const kind = /^- /.test(line) ? 'item' : /^\d+\. /.test(line) ? 'item step' : CODE.test(line) ? 'code' : '';
    node.append(el('p', kind, line));
  });
  const down = () => { const end = log.lastElementChild; if (end) end.scrollIntoView({ block: 'end' }); };
  const bubble = (who, content) => {
    const node = el('div', 'bubble ' + who);
    if (who === 'me') node.append(el('span', 'sr', say.you + ': '));
    lines(node, content);
    log.append(node);
    return node;
  };
  const clearChoices = () => { log.querySelectorAll('.choices').forEach((node) => node.remove()); choices = []; };
  // Typed digits mean the choices of the last reply.
  const offer = (list, isLast) => {
    if (!list.length) return;
    const box = el('div', 'choices'), ways = el('div', 'ways');
    list.forEach((choice) => {
      const button = el('button');
      button.type = 'button';
      button.dataset.choice = choice.id;
      if (choice.kind === 'way') { button.textContent = choice.label; ways.append(button); return; }
      if (isLast && choice.kind === 'answer') button.append(el('b', '', String(choices.push(choice))));
      button.append(el('span', '', choice.label));
      box.append(button);
    });
    if (ways.children.length) box.append(ways);
    log.append(box);
  };
  const drawn = (picture) => {
    if (!picture.src) return el('p', 'small', picture.alt);
    const img = el('img', 'picture');
    img.alt = picture.alt;
    img.src = picture.src;
    return img;
  };
  const show = (reply) => {
    const node = bubble('them', reply.text);
    if (reply.text.startsWith('⚠️')) node.classList.add('alert');
    if (reply.picture) { node.classList.add('wide'); node.prepend(drawn(reply.picture)); }
    reply.links.forEach((link) => {
      const a = el('a', link.href.startsWith('tel:') ? 'call' : 'go', link.label);
      a.href = link.href + (link.href.startsWith('/') && lang === 'en' ? '?lang=en' : '');
      node.append(a);
    });
    return node;
  };

  // --- sending ---
  const post = async (message) => {
    const aborted = new AbortController();
    const timer = setTimeout(() => aborted.abort(), TIMEOUT);
    try {
      const answer = await fetch('/chat/messages', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Antam-User': user(), 'Accept-Language': lang },
        body: JSON.stringify(message),
        signal: aborted.signal,
        cache: 'no-store',
        credentials: 'omit',
      });
      return { ok: answer.ok, status: answer.status, body: await answer.json() };
    } finally { clearTimeout(timer); }
  };
  // A file goes up by itself, so that the page can say how far it is.
  const upload = (item) => new Promise((done, fail) => {
    const call = new XMLHttpRequest();
    call.open('POST', '/chat/files');
    call.timeout = UPLOAD;
    Object.entries({
      'X-Antam-User': user(), 'X-Antam-Message': item.message.id, 'X-Antam-Lang': lang, 'Accept-Language': lang,
      'X-Antam-Room': room || 'chat', 'Content-Type': item.file.type || 'application/octet-stream',
    }).forEach(([name, value]) => call.setRequestHeader(name, value));
    call.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) state(item, 'sending', `${say.sending} ${Math.floor(100 * event.loaded / event.total)}%`);
    });
    call.addEventListener('load', () => {
      try { done({ ok: call.status < 300, status: call.status, body: JSON.parse(call.responseText) }); } catch { fail(); }
    });
    ['error', 'abort', 'timeout'].forEach((name) => call.addEventListener(name, fail));
    call.send(item.file);
  });
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const deliver = async (item) => {
    for (const ms of [...PAUSES, null]) {
      try {
        const answer = await (item.file ? upload(item) : post({ ...item.message, lang, room }));
        if (answer.status < 500 || ms === null) return answer;
      } catch { if (ms === null) return null; }
      await pause(ms);
    }
    return null;
  };
  const state = (item, name, label) => {
    item.node.querySelector('.state')?.remove();
    item.node.classList.toggle('failed', name === 'failed');
    if (name === 'failed') failed = item;
    else if (failed === item) failed = null;
    if (!name) return;
    const mark = el('p', 'state', label);
    if (name === 'failed') {
      const again = el('button', '', say.retry);
      again.type = 'button';
      again.addEventListener('click', () => { state(item); queue(item); });
      mark.append(' ', again);
    }
    item.node.append(mark);
  };
  const run = async () => {
    if (busy) return;
    const item = waiting.shift();
    if (!item) return;
    busy = true;
    state(item, 'sending', say.sending);
    const typing = el('div', 'bubble them typing');
    typing.setAttribute('aria-label', say.thinking);
    typing.append(el('i'), el('i'), el('i'));
    const soon = setTimeout(() => { log.append(typing); down(); }, 500);
    const answer = await deliver(item);
    clearTimeout(soon);
    typing.remove();
    busy = false;
    if (!answer) { state(item, 'failed', say.unsent); bubble('them', say.offline); } else if (!answer.ok) refuse(item, answer.body);
    else take(item, answer.body);
    if (item.node.isConnected) item.node.scrollIntoView({ block: 'start' });
    run();
  };
  const queue = (item) => { waiting.push(item); run(); };
  const refuse = (item, problem) => {
    state(item, 'failed', say.unsent);
    bubble('them', problem.detail || say.offline);
    if (item.message.text && !text.value) { text.value = item.message.text; grow(); }
  };
  const take = (item, turn) => {
    const open = room === null || room === 'chat';
    // No reply: the message was answered long ago, perhaps as a part of a tip, and is not known any more.
    const secret = !turn.replies.length || turn.replies.some((reply) => reply.sensitive);
    const unkept = turn.replies.some((reply) => reply.unkept);
    room = turn.room;
    if (turn.replies.some((reply) => reply.forget)) { forget(turn); return; }
    if (unkept) state(item, 'failed', say.unsent); else state(item);
    if (unkept && item.message.text && !text.value) { text.value = item.message.text; grow(); }
    clearChoices();
    if (open && !secret && !unkept) tell({ me: item.label });
    turn.replies.forEach((reply, index) => {
      show(reply);
      offer(reply.choices, index === turn.replies.length - 1);
      if (!reply.sensitive) tell({ text: reply.text, choices: reply.choices, links: reply.links, picture: reply.picture });
      if (reply.lang && reply.lang !== lang) location.replace(reply.lang === 'en' ? '/?lang=en' : '/');
    });
    document.body.classList.toggle('private', room !== 'chat');
  };
  const forget = (turn) => {
    try { sessionStorage.clear(); } catch { /* nothing was kept */ }
    Object.keys(memory).forEach((key) => delete memory[key]);
    told = []; room = null; choices = [];
    document.body.classList.remove('private');
    log.replaceChildren(...start.slice(0, 1).map((node) => node.cloneNode(true)));
    turn.replies.forEach((reply) => { show(reply); offer(reply.choices, true); });
  };
  const send = (label, body) => {
    // What was not kept, written again, is the same message: it may have arrived, and acts once.
    const again = failed && body.text && failed.message.text === body.text ? failed : null;
    const item = again || { node: bubble('me', label), label, message: { id: random(12), ...body } };
    failed = null;
    if (again) { state(again); log.append(again.node); }
    clearChoices();
    down();
    queue(item);
  };

  // A small picture of the photo, drawn on the page itself: nothing of it is kept or has an address.
  const draw = async (file, node) => {
    try {
      const small = await createImageBitmap(file, { resizeWidth: 200 });
      const canvas = el('canvas', 'picture');
      canvas.width = small.width;
      canvas.height = small.height;
      canvas.getContext('2d').drawImage(small, 0, 0);
      canvas.setAttribute('aria-hidden', 'true');
      node.prepend(canvas);
      node.scrollIntoView({ block: 'end' });
    } catch { /* no picture that this browser can show */ }
  };
  const sendFile = (file) => {
    const photo = file.type.startsWith('image/'), label = photo ? say.photo : say.recording;
    const item = { node: bubble('me', label), label, file, message: { id: random(12) } };
    if (photo) draw(file, item.node);
    clearChoices();
    if (file.size > LARGEST) { state(item); bubble('them', say.too_large); down(); return; }
    down();
    queue(item);
  };

  // --- hands ---
  $('attach').addEventListener('click', () => $('files').click());
  $('files').addEventListener('change', () => {
    [...$('files').files].slice(0, FILES).forEach(sendFile);
    $('files').value = '';
  });
  const grow = () => { text.style.height = 'auto'; text.style.height = Math.min(text.scrollHeight, 160) + 'px'; };
  composer.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = text.value.trim();
    if (!value) { text.focus(); return; }
    text.value = '';
    grow();
    send(value, { text: value });
    text.focus();
  });
  text.addEventListener('input', grow);
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); composer.requestSubmit(); }
  });
  log.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-choice], button[data-say]');
    if (!button) return;
    const label = button.querySelector('span')?.textContent || button.textContent;
    if (button.dataset.say) send(button.dataset.say, { text: button.dataset.say });
    else send(label, { choice: button.dataset.choice });
    text.focus({ preventScroll: true });
  });
  $('forget').addEventListener('click', () => send($('forget').dataset.label, { choice: 'do.forget' }));

  // --- coming back to this tab ---
  if (told.length) {
    clearChoices();
    told.forEach((item, index) => {
      if (item.me) bubble('me', item.me);
      else { show(item); if (index === told.length - 1) offer(item.choices, true); }
    });
    if (!choices.length) log.append(start[start.length - 1].cloneNode(true));
    down();
  }
})();
