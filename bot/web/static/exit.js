// Leave quickly: forget what this tab keeps, then replace the page, so that "back" does not return to it.
(() => {
  'use strict';
  const exit = document.getElementById('exit');
  if (!exit) return;
  const leave = () => {
    try { sessionStorage.clear(); } catch { /* nothing was kept */ }
    document.documentElement.hidden = true;
    if (navigator.sendBeacon) navigator.sendBeacon('/bao-tin/thoat');
    location.replace(exit.dataset.href);
  };
  exit.addEventListener('click', (event) => { event.preventDefault(); leave(); });
  let presses = 0;
  addEventListener('keydown', (event) => {
    presses = event.key === 'Escape' ? presses + 1 : 0;
    if (presses >= 3) leave();
  });
})();
