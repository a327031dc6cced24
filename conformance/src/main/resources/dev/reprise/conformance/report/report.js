const cases = [...document.querySelectorAll('.case')];
const boxes = [...document.querySelectorAll('.filters input[type=checkbox]')];
const search = document.querySelector('.filters input[type=search]');

function show() {
  const kinds = boxes.filter(box => box.checked).map(box => box.value);
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of cases) {
    const text = row.textContent.toLowerCase();
    row.hidden = !kinds.some(kind => row.classList.contains(kind)) || !words.every(word => text.includes(word));
  }
}

document.querySelector('.filters').addEventListener('input', show);
document.querySelector('.filters').addEventListener('submit', event => event.preventDefault());
