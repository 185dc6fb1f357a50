// The running clock. The server says how many seconds had passed when it made the
// page; only what has passed since is counted here, so that a wrong clock in the
// browser changes nothing. <span class="clock" data-seconds="1024">00:17:04</span>

const births = new WeakMap();
const two = (number) => String(number).padStart(2, "0");

function words(seconds) {
  const minutes = Math.floor(seconds / 60);
  return [Math.floor(minutes / 60), minutes % 60, seconds % 60].map(two).join(":");
}

function tick() {
  const now = Date.now();
  for (const clock of document.querySelectorAll(".clock[data-seconds]")) {
    if (!births.has(clock)) births.set(clock, now - clock.dataset.seconds * 1000);
    const text = words(Math.max(0, Math.floor((now - births.get(clock)) / 1000)));
    if (clock.textContent !== text) clock.textContent = text;
  }
}

tick();
setInterval(tick, 500);
